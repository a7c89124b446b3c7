// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.operator.testing.ActionBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnderRepairTest {
  private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

  @ParameterizedTest
  @EnumSource(names = {"Running", "Verifying", "RollingBack"})
  void anInvalidIndexOfATableThatIsAtWorkOnIsThatRepairs(HealingPhase phase) {
    assertThat(isUnderRepair("InvalidIndex", "shop", "orders", phase)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"Running", "Verifying", "RollingBack"})
  void findingCanBeRepairedOnceNoActionIsActive(HealingPhase phase) {
    assertThat(isUnderRepair("InvalidIndex", "shop", "orders", phase)).isFalse();
  }

  @Test
  void otherFindingsAndOtherTablesAreNot() {
    assertThat(isUnderRepair("IndexBloat", "shop", "orders", HealingPhase.Running)).isFalse();
    assertThat(isUnderRepair("InvalidIndex", "shop", "items", HealingPhase.Running)).isFalse();
    assertThat(isUnderRepair("InvalidIndex", "other", "orders", HealingPhase.Running)).isFalse();
  }

  @Test
  void whatARepairIsAtWorkOnIsNotProposedOnceMore() {
    var target = Target.table("shop", "public", "orders");
    var stale = new Finding("StaleStatistics", Severity.WARNING, target, "again", Map.of());
    var running = ActionBuilder.action().in(HealingPhase.Verifying).build();

    assertThat(UnderRepair.is(stale, List.of(running), NOW)).isTrue();
    assertThat(UnderRepair.is(stale, List.of(ActionBuilder.action().build()), NOW)).isFalse();
    assertThat(
            UnderRepair.is(
                new Finding("TableBloat", Severity.WARNING, target, "another", Map.of()),
                List.of(running),
                NOW))
        .isFalse();
  }

  @Test
  void whatWasSeenBeforeARepairEndedIsNotProposedOnceMore() {
    var target = Target.table("shop", "public", "orders");
    var stale = new Finding("StaleStatistics", Severity.WARNING, target, "again", Map.of());
    var repaired =
        ActionBuilder.action()
            .entered(HealingPhase.Running, NOW.plusSeconds(1))
            .entered(HealingPhase.Succeeded, NOW.plusSeconds(3))
            .in(HealingPhase.Succeeded)
            .build();
    var expired =
        ActionBuilder.action()
            .entered(HealingPhase.Expired, NOW.plusSeconds(3))
            .in(HealingPhase.Expired)
            .build();

    assertThat(UnderRepair.is(stale, List.of(repaired), NOW)).isTrue();
    assertThat(UnderRepair.is(stale, List.of(repaired), NOW.plusSeconds(2))).isTrue();
    assertThat(UnderRepair.is(stale, List.of(repaired), NOW.plusSeconds(3))).isFalse();
    assertThat(UnderRepair.is(stale, List.of(expired), NOW)).isFalse();
  }

  /** While an action on the table orders of the database shop is in a phase. */
  private static boolean isUnderRepair(
      String detector, String database, String table, HealingPhase phase) {
    var target = Target.index(database, "public", table, "i");
    var finding = new Finding(detector, Severity.WARNING, target, "invalid", Map.of());
    return UnderRepair.is(finding, List.of(ActionBuilder.action().in(phase).build()), NOW);
  }
}
