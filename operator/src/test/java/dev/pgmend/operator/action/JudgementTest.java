// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingActionStatus.Verdict;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.NotEnoughTraffic;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Verification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JudgementTest {
  @ParameterizedTest
  @CsvSource({
    // decision, undoable, rollback, what little traffic leads to -> phase
    "Improved, true, true, Undo, Succeeded",
    "Improved, false, true, Keep, Succeeded",
    "Neutral, true, true, Undo, Succeeded",
    "Neutral, false, false, Keep, Succeeded",
    "Regressed, true, true, Keep, RollingBack",
    "Regressed, true, false, Keep, Failed",
    "Regressed, false, true, Keep, Failed",
    "Regressed, false, false, Keep, Failed",
    "NotEnoughTraffic, true, true, Keep, Succeeded",
    "NotEnoughTraffic, true, true, Undo, RollingBack",
    "NotEnoughTraffic, true, false, Undo, RollingBack",
    "NotEnoughTraffic, false, true, Undo, Succeeded",
  })
  void verdictLeadsToThePhaseThatThePolicyRequires(
      Decision decision,
      boolean undoable,
      boolean rollback,
      NotEnoughTraffic littleTraffic,
      HealingPhase phase) {
    var to =
        Judgement.of(
            verdict(decision),
            true,
            undoable,
            new Verification(null, null, rollback, littleTraffic));

    assertThat(to.phase()).isEqualTo(phase);
    assertThat(to.reason()).isEqualTo(decision.name());
    assertThat(to.message()).contains("the numbers");
  }

  @ParameterizedTest
  @EnumSource
  void undoesARepairThatDidNotFixItsFinding(Decision decision) {
    var to = Judgement.of(verdict(decision), false, true, Verification.DEFAULTS);

    assertThat(to.phase()).isEqualTo(HealingPhase.RollingBack);
    assertThat(to.reason()).isEqualTo("FindingPersists");
  }

  @ParameterizedTest
  @EnumSource
  void failsIfTheFindingPersistsAndNothingCanBeUndone(Decision decision) {
    var to = Judgement.of(verdict(decision), false, false, Verification.DEFAULTS);

    assertThat(to.phase()).isEqualTo(HealingPhase.Failed);
    assertThat(to.reason()).isEqualTo("FindingPersists");
    assertThat(to.message()).contains("still there");
  }

  @ParameterizedTest
  @EnumSource
  void everyJudgementIsAllowedAfterVerifying(Decision decision) {
    for (var gone : new boolean[] {true, false}) {
      for (var undoable : new boolean[] {true, false}) {
        for (var rollback : new boolean[] {true, false}) {
          for (var traffic : NotEnoughTraffic.values()) {
            var rules = new Verification(null, null, rollback, traffic);
            var to = Judgement.of(verdict(decision), gone, undoable, rules);
            assertThat(HealingPhase.Verifying.next()).contains(to.phase());
            assertThat(to.phase() == HealingPhase.RollingBack && !undoable).isFalse();
          }
        }
      }
    }
  }

  @Test
  void defaultsUndoHarmAndKeepLittleTraffic() {
    assertThat(Judgement.of(verdict(Decision.Regressed), true, true, Verification.DEFAULTS).phase())
        .isEqualTo(HealingPhase.RollingBack);
    assertThat(
            Judgement.of(verdict(Decision.NotEnoughTraffic), true, true, Verification.DEFAULTS)
                .phase())
        .isEqualTo(HealingPhase.Succeeded);
  }

  @Test
  void messageSaysWhyAHarmfulRepairIsNotUndone() {
    var noRollback = new Verification(null, null, false, null);

    assertThat(Judgement.of(verdict(Decision.Regressed), true, true, noRollback).message())
        .endsWith("the repair is kept because verification.rollback is false");
    assertThat(
            Judgement.of(verdict(Decision.Regressed), true, false, Verification.DEFAULTS).message())
        .endsWith("the repair cannot be undone");
  }

  private static Verdict verdict(Decision decision) {
    return new Verdict(null, null, null, decision, "the numbers");
  }
}
