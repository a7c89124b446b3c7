package dev.pgmend.learner.model.tuning;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.Quantiles;
import java.util.EnumMap;
import java.util.List;

/** How far a model's predictions are off, by plans that it was not trained on. */
public final class Calibration {
  private Calibration() {}

  /**
   * The same model with the quantiles of its errors (split conformal prediction, Papadopoulos et
   * al. 2002).
   *
   * @param heldBack plans that it was not trained on, at least one
   */
  public static LatencyModel of(LatencyModel model, List<ObservedPlan> heldBack) {
    var errors = new EnumMap<Mechanism, Quantiles>(Mechanism.class);
    for (var mechanism : Mechanism.values()) {
      var ratios =
          heldBack.stream()
              .mapToDouble(
                  plan -> plan.observedMs() / model.predict(plan.plan(), mechanism).planMs())
              .sorted()
              .toArray();
      errors.put(mechanism, new Quantiles(at(ratios, 0.1), at(ratios, 0.5), at(ratios, 0.9)));
    }
    var weights = model.weights();
    return new LatencyModel(weights.with(weights.facts().withErrors(errors), weights.tensors()));
  }

  /** Of n sorted values the one at rank q (n + 1), as conformal prediction has it. */
  private static double at(double[] sorted, double quantile) {
    int rank = (int) Math.round(quantile * (sorted.length + 1)) - 1;
    return sorted[Math.clamp(rank, 0, sorted.length - 1)];
  }
}
