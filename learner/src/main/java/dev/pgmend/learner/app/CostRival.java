package dev.pgmend.learner.app;

import dev.pgmend.learner.advice.CostTimes;
import dev.pgmend.learner.plan.PlanDag;
import java.util.Arrays;

/**
 * Postgres' own cost, brought to milliseconds by the median of what statements took here: what the
 * model has to beat on this cluster to be listened to.
 */
final class CostRival {
  private static final int KEPT = 200;

  private final CostTimes cost = new CostTimes();
  private final double[] offsets = new double[KEPT];
  private final RecentErrors errors = new RecentErrors();
  private int count;

  /** Takes note of a statement, after predicting it by those before. */
  void observe(PlanDag plan, double observedMs) {
    var costMs = Math.max(Double.MIN_NORMAL, Arrays.stream(cost.of(plan).selfMs()).sum());
    var offset = Math.log(observedMs / costMs);
    if (count > 0) {
      errors.add(offset - medianOffset());
    }
    offsets[count++ % KEPT] = offset;
  }

  /** As {@link RecentErrors#medianFactor}. */
  double medianError() {
    return errors.medianFactor();
  }

  private double medianOffset() {
    var known = Arrays.copyOf(offsets, Math.min(count, KEPT));
    Arrays.sort(known);
    return known[known.length / 2];
  }
}
