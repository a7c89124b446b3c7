// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.sona.LoraSettings;
import dev.pgmend.learner.sona.MicroLora;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A model with the adaptation that was learned on top of it, as it would be used.
 *
 * @param errors absolute, in log time, of each held-out plan
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record Contender(LatencyModel model, MicroLora lora, double[] errors) {
  /** Number of statements for training an adaptation; the plans are repeated. */
  private static final int REPLAYED = 400;

  private static final double MIN_GAIN = 0.05;
  private static final double CHANCE = 0.05;

  static Contender of(
      LatencyModel model, Mechanism mechanism, LoraSettings settings, HeldOut plans) {
    var lora = new MicroLora(settings, new SplittableRandom(1));
    var predictions =
        plans.learned().stream().map(plan -> model.predict(plan.plan(), mechanism)).toList();
    for (int i = 0; i < REPLAYED; i++) {
      int at = i % predictions.size();
      var prediction = predictions.get(at);
      lora.observe(
          prediction.hidden(), prediction.logSelfMs(), plans.learned().get(at).observedMs());
    }
    return new Contender(model, lora, errors(model, mechanism, lora, plans.heldOut()));
  }

  private static double[] errors(
      LatencyModel model, Mechanism mechanism, MicroLora lora, List<ObservedPlan> plans) {
    return plans.stream()
        .mapToDouble(plan -> {
          var prediction = model.predict(plan.plan(), mechanism);
          double log =
              lora.isBetter()
                  ? lora.logMs(prediction.hidden(), prediction.logSelfMs())
                  : Math.log(prediction.planMs());
          return Math.abs(log - Math.log(plan.observedMs()));
        })
        .toArray();
  }

  /** Mean of the errors. */
  public double error() {
    return Arrays.stream(errors).average().orElse(Double.POSITIVE_INFINITY);
  }

  /**
   * Whether it is better by at least 5% and significantly: a one-sided paired t-test (Student 1908)
   * at 5%. False if a prediction is not a number.
   */
  boolean beats(Contender other) {
    int n = errors.length;
    double mean = other.error() - error();
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double apart = other.errors[i] - errors[i] - mean;
      squares += apart * apart;
    }
    double deviation = Math.sqrt(squares / (n - 1) / n);
    double sure = TDistribution.of(n - 1.0).inverseSurvivalProbability(CHANCE);
    return mean > MIN_GAIN * other.error() && mean > sure * deviation;
  }
}
