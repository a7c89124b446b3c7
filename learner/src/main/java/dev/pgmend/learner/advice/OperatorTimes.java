// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.PlanDag;

/** Estimates the time of each operator of a plan. */
@FunctionalInterface
public interface OperatorTimes {
  Estimate of(PlanDag plan);

  /**
   * The estimated times of a plan.
   *
   * @param selfMs time of each operator by position, without its inputs, for all loops and
   *     processes
   * @param uncertainty the factor that a time is off by at most, in either direction, with 80%
   *     probability; at least 1
   * @param source source of the estimate
   */
  @SuppressWarnings("ArrayRecordComponent") // Read in hot loops, and never changed.
  record Estimate(double[] selfMs, double uncertainty, String source) {}
}
