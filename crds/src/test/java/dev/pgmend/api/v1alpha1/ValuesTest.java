// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
  @Test
  void emptySelectorSelectsAll() {
    assertThat(Selector.ALL.matches(Map.of())).isTrue();
    assertThat(Selector.ALL.matches(Map.of("a", "b"))).isTrue();
  }

  @Test
  void selectorRequiresEveryLabel() {
    var selector = Selector.label("tier", "gold");
    assertThat(selector.matches(Map.of("tier", "gold", "region", "eu"))).isTrue();
    assertThat(selector.matches(Map.of("tier", "silver"))).isFalse();
    assertThat(selector.matches(Map.of())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "In, gold, true",
    "In, bronze, false",
    "In, , false",
    "NotIn, gold, false",
    "NotIn, bronze, true",
    "NotIn, , true",
    "Exists, gold, true",
    "Exists, , false",
    "DoesNotExist, gold, false",
    "DoesNotExist, , true"
  })
  void requirementMatchesAsInKubernetes(
      Selector.Operator operator, @Nullable String tier, boolean selected) {
    var requirement = new Selector.Requirement("tier", operator, List.of("gold", "silver"));
    var selector = new Selector(Map.of(), List.of(requirement));
    assertThat(selector.matches(tier == null ? Map.of() : Map.of("tier", tier)))
        .isEqualTo(selected);
  }

  @Test
  void excludedDatabaseIsNotManagedEvenIfIncluded() {
    var some = new PgClusterSpec.Databases(List.of("a", "b"), List.of("b"));
    assertThat(some.covers("a")).isTrue();
    assertThat(some.covers("b")).isFalse();
    assertThat(some.covers("c")).isFalse();
    assertThat(PgClusterSpec.Databases.ALL.covers("c")).isTrue();
  }

  @Test
  void policyStatusCountsAllClustersAndNamesTwenty() {
    var names = IntStream.range(0, 30).mapToObj("c%02d"::formatted).toList().reversed();
    var status = TuningPolicyStatus.of(1L, List.of(), names);
    assertThat(status.selectedClusters()).isEqualTo(30);
    assertThat(status.clusters()).hasSize(20).startsWith("c00", "c01").endsWith("c19");
  }

  @Test
  void actionWithoutStatusIsProposed() {
    assertThat(HealingActionStatus.EMPTY.phaseOrDefault()).isEqualTo(HealingPhase.Proposed);
    assertThat(HealingActionStatus.EMPTY.attemptsOrDefault()).isZero();
    assertThat(HealingActionStatus.EMPTY.timesOrDefault())
        .isEqualTo(HealingActionStatus.Times.NONE);
  }

  @Test
  void actionThatIsBeingUndoneHasNoEnd() {
    var undone =
        HealingActionStatus.Times.NONE
            .entered(HealingPhase.Succeeded, "a")
            .entered(HealingPhase.RollingBack, "b");
    assertThat(undone.endedAt()).isNull();
    assertThat(undone.entered(HealingPhase.RolledBack, "c").endedAt()).isEqualTo("c");
  }

  @Test
  void builderKeepsWhatWasNotChanged() {
    HealingActionStatus status = Samples.action().getStatus();
    assertThat(status).isNotNull();
    assertThat(status.toBuilder().build()).isEqualTo(status);
    assertThat(status.toBuilder().phase(HealingPhase.Succeeded).build().journal())
        .isEqualTo(status.journal());
    PgClusterStatus cluster = Samples.cluster().getStatus();
    assertThat(cluster).isNotNull();
    assertThat(cluster.toBuilder().build()).isEqualTo(cluster);
  }
}
