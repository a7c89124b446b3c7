// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import java.util.Arrays;

/** A vector that represents a plan, a statement or a cluster; similar ones have near vectors. */
public final class Embedding {
  private final float[] values;

  private Embedding(float[] values) {
    this.values = values;
  }

  /**
   * @throws IllegalArgumentException if a value is not finite
   */
  public static Embedding of(float... values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("not a finite value: " + value);
      }
    }
    return new Embedding(values.clone());
  }

  /** The number of values. */
  public int size() {
    return values.length;
  }

  /** The i-th value. */
  public float get(int i) {
    return values[i];
  }

  /** Copies the values, scaled to length 1, into an array; zeros stay zeros. */
  void copyUnit(float[] to, int offset) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (int i = 0; i < values.length; i++) {
      to[offset + i] = (float) (values[i] * scale);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embedding that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
