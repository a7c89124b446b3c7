// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverheadBudgetTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final OverheadBudget budget = new OverheadBudget(2, INTERVAL);

  private void sample(double ownMs, double totalMs) {
    budget.spent(new Sample(Instant.EPOCH, Instant.EPOCH, List.of(), ownMs, totalMs), INTERVAL);
  }

  @Test
  void computesCostAsShareOfTheServersWork() {
    sample(10, 1000);
    assertThat(budget.spentPercent()).isCloseTo(1, within(1e-9));
    assertThat(budget.pause()).isEqualTo(INTERVAL);
  }

  @Test
  void slowsDownBeforeTheBudgetIsSpentAndSpeedsUpAgain() {
    sample(16, 1000);
    assertThat(budget.pause()).isEqualTo(INTERVAL.multipliedBy(2));
    sample(16, 1000);
    assertThat(budget.pause()).isEqualTo(INTERVAL.multipliedBy(4));
    for (int i = 0; i < 30; i++) {
      sample(1, 1000);
    }
    assertThat(budget.pause()).isEqualTo(INTERVAL);
  }

  @Test
  void allowsASampleOnAnIdleServer() {
    sample(3, 3);
    assertThat(budget.spentPercent()).isCloseTo(100 * 3 / 500.0, within(1e-9));
    assertThat(budget.pause()).isEqualTo(INTERVAL);
  }

  @Test
  void limitsPlansToTheBudget() {
    sample(5, 1000);
    assertThat(budget.affordable(2, 50)).isEqualTo(5);
    assertThat(budget.affordable(2, 3)).isEqualTo(3);
    assertThat(budget.affordable(20, 50)).isZero();
    assertThat(new OverheadBudget(2, INTERVAL).affordable(1, 50)).isEqualTo(5);
  }

  @Test
  void limitsThePause() {
    for (int i = 0; i < 20; i++) {
      sample(900, 1000);
    }
    assertThat(budget.pause()).isEqualTo(INTERVAL.multipliedBy(64));
  }
}
