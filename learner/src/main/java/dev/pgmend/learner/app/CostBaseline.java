// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.learner.advice.CostTimes;
import dev.pgmend.learner.plan.PlanDag;
import java.util.Arrays;

/**
 * Postgres' own cost, converted to milliseconds by the median of the times measured here. The model
 * is used only while it is more accurate than this on the cluster.
 */
final class CostBaseline {
  private static final int KEPT = 200;

  private final CostTimes cost = new CostTimes();
  private final double[] offsets = new double[KEPT];
  private final RecentErrors errors = new RecentErrors();
  private int count;

  /** Predicts a statement from the earlier ones, then adds it. */
  void observe(PlanDag plan, double observedMs) {
    var costMs = Math.max(Double.MIN_NORMAL, Arrays.stream(cost.of(plan).selfMs()).sum());
    var offset = Math.log(observedMs / costMs);
    if (count > 0) {
      errors.add(offset - medianOffset());
    }
    offsets[count++ % KEPT] = offset;
  }

  /** See {@link RecentErrors#medianFactor}. */
  double medianError() {
    return errors.medianFactor();
  }

  private double medianOffset() {
    var known = Arrays.copyOf(offsets, Math.min(count, KEPT));
    Arrays.sort(known);
    return known[known.length / 2];
  }
}
