// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrialTest {
  private final Trial trial = new Trial();

  @Test
  void worseWeightsLoseAfterEnoughStatements() {
    observe(Trial.STATEMENTS - 1, 2, 1);
    assertThat(trial.isOver()).isFalse();
    assertThat(trial.isLost()).isFalse();
    observe(1, 2, 1);
    assertThat(trial.isLost()).isTrue();
  }

  @Test
  void equallyGoodWeightsStay() {
    observe(Trial.STATEMENTS, 2, 2);
    assertThat(trial.isOver()).isTrue();
    assertThat(trial.isLost()).isFalse();
  }

  private void observe(int times, double predictedMs, double beforeMs) {
    for (int i = 0; i < times; i++) {
      trial.observe(predictedMs, beforeMs, 1);
    }
  }
}
