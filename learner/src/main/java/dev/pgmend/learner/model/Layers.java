// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.Projection;

/** Functions that the layers share. */
final class Layers {
  private Layers() {}

  static Projection projection(ModelWeights weights, String name, int in, int out) {
    return new Projection(
        in, out, weights.tensor(name + ".weight"), weights.tensor(name + ".bias"));
  }

  static void relu(float[] x, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = Math.max(0, x[i]);
    }
  }

  static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static float[] softmax(float[] logits) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    var weights = new float[logits.length];
    float sum = 0;
    for (int i = 0; i < logits.length; i++) {
      weights[i] = (float) Math.exp(logits[i] - most);
      sum += weights[i];
    }
    for (int i = 0; i < logits.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }
}
