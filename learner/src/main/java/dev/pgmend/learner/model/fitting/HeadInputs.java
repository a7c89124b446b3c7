// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.fitting;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import java.util.List;
import java.util.stream.Stream;

/**
 * The inputs of the output layer for one plan of n operators.
 *
 * @param activations by mechanism, n x d each
 * @param features standardized, n x F
 * @param logMs the plan's true log time
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
record HeadInputs(List<float[][]> activations, float[][] features, double logMs) {

  static HeadInputs of(LatencyModel model, ObservedPlan plan) {
    var prepared = model.prepare(plan.plan());
    var activations =
        Stream.of(Mechanism.values())
            .map(mechanism -> model.predict(prepared, mechanism).hidden())
            .toList();
    return new HeadInputs(activations, prepared.features(), Math.log(plan.observedMs()));
  }

  /**
   * Adds this plan's part to the gradient of the loss.
   *
   * @param weights d of the head, F of the skip connection, then the bias
   * @param share weight of this plan in the loss
   */
  void addGradient(int mechanism, double[] weights, double share, double[] gradient) {
    var hidden = activations.get(mechanism);
    var logs = new double[features.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < logs.length; v++) {
      logs[v] = log(hidden[v], features[v], weights);
      most = Math.max(most, logs[v]);
    }
    double sum = 0;
    for (int v = 0; v < logs.length; v++) {
      logs[v] = Math.exp(logs[v] - most);
      sum += logs[v];
    }
    double slope = share * Math.clamp(most + Math.log(sum) - logMs, -1, 1);
    for (int v = 0; v < logs.length; v++) {
      addScaled(slope * logs[v] / sum, hidden[v], features[v], gradient);
    }
  }

  private static double log(float[] hidden, float[] features, double[] weights) {
    double log = weights[weights.length - 1];
    for (int j = 0; j < hidden.length; j++) {
      log += weights[j] * hidden[j];
    }
    for (int j = 0; j < features.length; j++) {
      log += weights[hidden.length + j] * features[j];
    }
    return log;
  }

  private static void addScaled(double factor, float[] hidden, float[] features, double[] to) {
    for (int j = 0; j < hidden.length; j++) {
      to[j] += factor * hidden[j];
    }
    for (int j = 0; j < features.length; j++) {
      to[hidden.length + j] += factor * features[j];
    }
    to[to.length - 1] += factor;
  }
}
