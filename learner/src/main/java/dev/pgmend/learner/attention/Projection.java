// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer {@code y = x W + b}, computed with the JDK's Vector API.
 *
 * @param in width of x
 * @param out width of y
 * @param weights in x out, row by row
 * @param bias out
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record Projection(int in, int out, float[] weights, float[] bias) {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /**
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Projection {
    if (weights.length != in * out || bias.length != out) {
      throw new IllegalArgumentException(
          "%d weights and %d biases are not %d x %d"
              .formatted(weights.length, bias.length, in, out));
    }
  }

  /** Rows computed in parallel, because a single sum would depend on its previous step. */
  private static final int ROWS = 4;

  /**
   * Computes consecutive rows.
   *
   * @param x rows x in
   * @param y output, rows x out
   */
  public void applyRows(float[] x, float[] y, int rows) {
    int row = 0;
    for (; row + ROWS <= rows; row += ROWS) {
      int j = 0;
      for (; j + SPECIES.length() <= out; j += SPECIES.length()) {
        applyBlock(x, row * in, y, row * out + j, j);
      }
      for (int r = row; j < out && r < row + ROWS; r++) {
        applyRest(x, r * in, y, r * out, j);
      }
    }
    for (; row < rows; row++) {
      apply(x, row * in, y, row * out);
    }
  }

  /** Computes four rows by one vector of columns, from column j on. */
  private void applyBlock(float[] x, int xAt, float[] y, int yAt, int j) {
    var start = FloatVector.fromArray(SPECIES, bias, j);
    var first = start;
    var second = start;
    var third = start;
    var fourth = start;
    for (int i = 0; i < in; i++) {
      var column = FloatVector.fromArray(SPECIES, weights, i * out + j);
      first = column.fma(FloatVector.broadcast(SPECIES, x[xAt + i]), first);
      second = column.fma(FloatVector.broadcast(SPECIES, x[xAt + in + i]), second);
      third = column.fma(FloatVector.broadcast(SPECIES, x[xAt + 2 * in + i]), third);
      fourth = column.fma(FloatVector.broadcast(SPECIES, x[xAt + 3 * in + i]), fourth);
    }
    first.intoArray(y, yAt);
    second.intoArray(y, yAt + out);
    third.intoArray(y, yAt + 2 * out);
    fourth.intoArray(y, yAt + 3 * out);
  }

  /**
   * Computes one row.
   *
   * @param x input, from xAt on
   * @param y output, from yAt on
   */
  public void apply(float[] x, int xAt, float[] y, int yAt) {
    int j = 0;
    for (; j + SPECIES.length() <= out; j += SPECIES.length()) {
      var sum = FloatVector.fromArray(SPECIES, bias, j);
      for (int i = 0; i < in; i++) {
        float value = x[xAt + i];
        if (value != 0) { // most features are choices not taken
          sum =
              FloatVector.fromArray(SPECIES, weights, i * out + j)
                  .fma(FloatVector.broadcast(SPECIES, value), sum);
        }
      }
      sum.intoArray(y, yAt + j);
    }
    applyRest(x, xAt, y, yAt, j);
  }

  private void applyRest(float[] x, int xAt, float[] y, int yAt, int from) {
    for (int j = from; j < out; j++) {
      float sum = bias[j];
      for (int i = 0; i < in; i++) {
        sum += x[xAt + i] * weights[i * out + j];
      }
      y[yAt + j] = sum;
    }
  }
}
