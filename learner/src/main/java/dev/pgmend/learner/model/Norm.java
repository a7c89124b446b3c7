// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

/**
 * Layer norm (Ba et al. 2016): each row to mean 0 and variance 1, then scaled and shifted.
 *
 * @param scale d
 * @param shift d
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
record Norm(float[] scale, float[] shift) {
  /** Added under the root, so that a constant row is not divided by zero. */
  static final float EPSILON = 1e-5f;

  static Norm of(ModelWeights weights, String name) {
    return new Norm(weights.tensor(name + ".weight"), weights.tensor(name + ".bias"));
  }

  /** Normalizes consecutive rows. */
  void applyRows(float[] x, float[] y) {
    for (int at = 0; at < x.length; at += scale.length) {
      apply(x, at, y, at);
    }
  }

  /** Normalizes one row. */
  void apply(float[] x, int xAt, float[] y, int yAt) {
    int d = scale.length;
    double mean = 0;
    for (int j = 0; j < d; j++) {
      mean += x[xAt + j];
    }
    mean /= d;
    double variance = 0;
    for (int j = 0; j < d; j++) {
      double difference = x[xAt + j] - mean;
      variance += difference * difference;
    }
    double factor = 1 / Math.sqrt(variance / d + EPSILON);
    for (int j = 0; j < d; j++) {
      y[yAt + j] = (float) ((x[xAt + j] - mean) * factor) * scale[j] + shift[j];
    }
  }
}
