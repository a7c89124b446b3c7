// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.fitting;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.Quantiles;
import java.util.EnumMap;
import java.util.List;

/** Measures a model's errors on held-out plans. */
public final class Calibration {
  private Calibration() {}

  /**
   * Returns the model with the quantiles of its errors (split conformal prediction, Papadopoulos et
   * al. 2002).
   *
   * @param heldOut plans that it was not trained on, at least one
   */
  public static LatencyModel of(LatencyModel model, List<ObservedPlan> heldOut) {
    var errors = new EnumMap<Mechanism, Quantiles>(Mechanism.class);
    for (var mechanism : Mechanism.values()) {
      var ratios =
          heldOut.stream()
              .mapToDouble(
                  plan -> plan.observedMs() / model.predict(plan.plan(), mechanism).planMs())
              .sorted()
              .toArray();
      errors.put(mechanism, new Quantiles(at(ratios, 0.1), at(ratios, 0.5), at(ratios, 0.9)));
    }
    var weights = model.weights();
    return new LatencyModel(weights.with(weights.facts().withErrors(errors), weights.tensors()));
  }

  /** The value at rank q (n + 1) of n sorted values, as in conformal prediction. */
  private static double at(double[] sorted, double quantile) {
    int rank = (int) Math.round(quantile * (sorted.length + 1)) - 1;
    return sorted[Math.clamp(rank, 0, sorted.length - 1)];
  }
}
