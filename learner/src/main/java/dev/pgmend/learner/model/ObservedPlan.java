package dev.pgmend.learner.model;

import dev.pgmend.learner.bottleneck.SelfTimes;
import dev.pgmend.learner.plan.PlanDag;
import java.util.Optional;

/**
 * A plan that ran, to learn from.
 *
 * @param database where it ran; plans of one database are split between sets as one
 * @param statement equal for the alternatives of one statement
 * @param plan with what EXPLAIN ANALYZE measured of its operators, or without
 * @param observedMs how long the statement took, above 0
 */
public record ObservedPlan(String database, String statement, PlanDag plan, double observedMs) {
  /**
   * @throws IllegalArgumentException if the time is none
   */
  public ObservedPlan {
    if (!(observedMs > 0 && observedMs < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("not a time: " + observedMs + " ms");
    }
  }

  /**
   * True self times in ms, one per operator, scaled so that they add up to {@link #observedMs}: the
   * clock that EXPLAIN ANALYZE reads for each row costs time itself. Empty where nothing was
   * measured.
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
