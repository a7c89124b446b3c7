// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import dev.pgmend.learner.attention.AttentionMechanism;
import dev.pgmend.learner.attention.SparseContext;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.PreparedPlan;
import java.util.List;

/**
 * A plan prepared for training.
 *
 * @param contexts one per mechanism, without the mix
 * @param logSelfMs true self times, n; empty if only the plan's time is known
 * @param share of the plan's time that each operator took, n; empty likewise
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
record Example(
    ObservedPlan observed,
    PreparedPlan plan,
    List<SparseContext> contexts,
    float[] logSelfMs,
    float[] share) {
  /** The smallest measurable time. */
  private static final double MIN_MS = 0.001;

  static Example of(ObservedPlan observed, PreparedPlan plan) {
    var self = observed.selfMs().orElse(new double[0]);
    var logs = new float[self.length];
    var share = new float[self.length];
    for (int v = 0; v < self.length; v++) {
      logs[v] = (float) Math.log(Math.max(MIN_MS, self[v]));
      share[v] = (float) (self[v] / observed.observedMs());
    }
    var contexts =
        AttentionMechanism.all().stream().map(each -> each.context(plan.graph())).toList();
    return new Example(observed, plan, contexts, logs, share);
  }

  int size() {
    return plan.features().length;
  }
}
