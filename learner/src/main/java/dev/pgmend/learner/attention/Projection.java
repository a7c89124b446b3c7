package dev.pgmend.learner.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer {@code y = x W + b} by the JDK's Vector API.
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

  /**
   * Computes one row.
   *
   * @param x where the input begins at xAt
   * @param y where the output goes, at yAt
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
    for (; j < out; j++) {
      float sum = bias[j];
      for (int i = 0; i < in; i++) {
        sum += x[xAt + i] * weights[i * out + j];
      }
      y[yAt + j] = sum;
    }
  }
}
