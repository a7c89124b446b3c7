// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.bottleneck.SelfTimes;
import dev.pgmend.learner.plan.PlanDag;
import java.util.Optional;

/**
 * A plan that ran, with its time.
 *
 * @param database where it ran
 * @param statement equal for the alternatives of one statement
 * @param plan the plan, with or without EXPLAIN ANALYZE's measurements of its operators
 * @param observedMs time of the statement, above 0
 */
public record ObservedPlan(String database, String statement, PlanDag plan, double observedMs) {
  /**
   * @throws IllegalArgumentException if the time is not a positive number
   */
  public ObservedPlan {
    if (!(observedMs > 0 && observedMs < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("not a positive time: " + observedMs + " ms");
    }
  }

  /**
   * Measured self times in ms, one per operator, scaled so that they add up to {@link #observedMs},
   * because EXPLAIN ANALYZE itself takes time for each row. Empty if nothing was measured.
   */
  public Optional<double[]> selfMs() {
    return SelfTimes.measured(plan)
        .map(self -> {
          double sum = 0;
          for (double ms : self) {
            sum += ms;
          }
          var scaled = new double[self.length];
          for (int v = 0; v < self.length; v++) {
            scaled[v] = sum > 0 ? self[v] * observedMs / sum : observedMs / self.length;
          }
          return scaled;
        });
  }
}
