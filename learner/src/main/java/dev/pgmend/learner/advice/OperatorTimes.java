package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.PlanDag;

/** Says how long each operator of a plan works. */
@FunctionalInterface
public interface OperatorTimes {
  Estimate of(PlanDag plan);

  /**
   * Times of one plan.
   *
   * @param selfMs of each operator, by its position, without its inputs, all loops and processes
   * @param uncertainty the factor by which a time may be wrong to either side, 80% of the time; at
   *     least 1
   * @param source who says so
   */
  @SuppressWarnings("ArrayRecordComponent") // Read in hot loops, and never changed.
  record Estimate(double[] selfMs, double uncertainty, String source) {}
}
