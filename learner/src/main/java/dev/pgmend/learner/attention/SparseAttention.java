// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention over a {@link SparseContext} with the JDK's Vector API. Time O(z d) for z entries,
 * never n x n. Allocates nothing after the longest row was processed. Not thread-safe.
 */
public final class SparseAttention {
  /** Lower bound of the length of a direction, which prevents a division by zero. */
  public static final float MIN_LENGTH = 1e-6f;

  /**
   * Lower bound of the hyperbolic cosine of a distance: below it the slope of arcosh is unbounded.
   */
  public static final float MIN_COSH = 1.0001f;

  /** Lower bound of 1 - |m|^2 of a midpoint in the Klein model. */
  public static final float MIN_GAP = 1e-4f;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private final int width;
  private final int headWidth;
  private float[] scores = new float[64];

  /**
   * @param width d, of all heads together
   * @param heads h, which share the width
   */
  public SparseAttention(int width, int heads) {
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "a width of %2$d is not divisible by %1$d heads".formatted(heads, width));
    }
    this.width = width;
    headWidth = width / heads;
  }

  /** The factors of a mechanism's terms in the scores. */
  public record Bias(float first, float second) {}

  /**
   * Queries, keys and values, each n x d by rows.
   *
   * @param out output, n x d
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
  public record Rows(float[] queries, float[] keys, float[] values, float[] out) {}

  /** Computes weighted means of the values, with weights by the softmax of the products. */
  public void attend(SparseContext context, Bias bias, Rows rows) {
    float scale = (float) (1 / Math.sqrt(headWidth));
    for (int v = 0; v < context.size(); v++) {
      int begin = context.offsets()[v];
      int end = context.offsets()[v + 1];
      reserve(end - begin);
      for (int head = 0; head < width; head += headWidth) {
        int query = v * width + head;
        for (int i = begin; i < end; i++) {
          scores[i - begin] =
              scale * dot(rows.queries, query, rows.keys, context.columns()[i] * width + head)
                  + term(context, bias, i);
        }
        softmax(end - begin);
        combine(context, begin, end, head, rows.values, rows.out, v * width + head);
      }
    }
  }

  /**
   * Attention on the hyperboloid: queries and keys are points at the given radii, scores are
   * distances, and values are combined to their Einstein midpoint.
   *
   * @param radii n
   */
  public void attendHyperbolic(SparseContext context, float penalty, float[] radii, Rows rows) {
    for (int v = 0; v < context.size(); v++) {
      int begin = context.offsets()[v];
      int end = context.offsets()[v + 1];
      reserve(end - begin);
      for (int head = 0; head < width; head += headWidth) {
        for (int i = begin; i < end; i++) {
          int u = context.columns()[i];
          scores[i - begin] =
              -penalty
                  * distance(
                      rows.queries,
                      v * width + head,
                      radii[v],
                      rows.keys,
                      u * width + head,
                      radii[u]);
        }
        softmax(end - begin);
        midpoint(context, begin, end, head, rows.values, rows.out, v * width + head);
      }
    }
  }

  private void reserve(int entries) {
    if (entries > scores.length) {
      scores = new float[2 * entries];
    }
  }

  private static float term(SparseContext context, Bias bias, int entry) {
    float term = context.first().length == 0 ? 0 : bias.first * context.first()[entry];
    return context.second().length == 0 ? term : term + bias.second * context.second()[entry];
  }

  private float dot(float[] a, int aAt, float[] b, int bAt) {
    int j = 0;
    float sum = 0;
    if (headWidth >= SPECIES.length()) {
      var sums = FloatVector.zero(SPECIES);
      for (; j + SPECIES.length() <= headWidth; j += SPECIES.length()) {
        sums =
            FloatVector.fromArray(SPECIES, a, aAt + j)
                .fma(FloatVector.fromArray(SPECIES, b, bAt + j), sums);
      }
      sum = sums.reduceLanes(VectorOperators.ADD);
    }
    for (; j < headWidth; j++) {
      sum += a[aAt + j] * b[bAt + j];
    }
    return sum;
  }

  private float distance(float[] a, int aAt, float aRadius, float[] b, int bAt, float bRadius) {
    double lengths =
        Math.max(MIN_LENGTH, Math.sqrt(dot(a, aAt, a, aAt)))
            * Math.max(MIN_LENGTH, Math.sqrt(dot(b, bAt, b, bAt)));
    double cosine = dot(a, aAt, b, bAt) / lengths;
    double cosh =
        Math.cosh(aRadius) * Math.cosh(bRadius) - Math.sinh(aRadius) * Math.sinh(bRadius) * cosine;
    double bounded = Math.max(MIN_COSH, cosh);
    return (float) Math.log(bounded + Math.sqrt(bounded * bounded - 1));
  }

  private void softmax(int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, scores[i]);
    }
    float sum = 0;
    for (int i = 0; i < count; i++) {
      scores[i] = (float) Math.exp(scores[i] - max);
      sum += scores[i];
    }
    for (int i = 0; i < count; i++) {
      scores[i] /= sum;
    }
  }

  private void combine(
      SparseContext context, int begin, int end, int head, float[] values, float[] out, int at) {
    int j = 0;
    for (; j + SPECIES.length() <= headWidth; j += SPECIES.length()) {
      var sum = FloatVector.zero(SPECIES);
      for (int i = begin; i < end; i++) {
        sum =
            FloatVector.fromArray(SPECIES, values, context.columns()[i] * width + head + j)
                .fma(FloatVector.broadcast(SPECIES, scores[i - begin]), sum);
      }
      sum.intoArray(out, at + j);
    }
    for (; j < headWidth; j++) {
      float sum = 0;
      for (int i = begin; i < end; i++) {
        sum += scores[i - begin] * values[context.columns()[i] * width + head + j];
      }
      out[at + j] = sum;
    }
  }

  /**
   * Values are points with spatial part v and time part gamma = sqrt(1 + |v|^2). In the Klein model
   * the midpoint is sum(w gamma k) / sum(w gamma) with k = v / gamma; it is returned as a spatial
   * part.
   */
  private void midpoint(
      SparseContext context, int begin, int end, int head, float[] values, float[] out, int at) {
    double gammas = 0;
    for (int i = begin; i < end; i++) {
      int value = context.columns()[i] * width + head;
      gammas += scores[i - begin] * Math.sqrt(1 + dot(values, value, values, value));
    }
    combine(context, begin, end, head, values, out, at);
    double squares = dot(out, at, out, at) / (gammas * gammas);
    float scale = (float) (1 / (gammas * Math.sqrt(Math.max(MIN_GAP, 1 - squares))));
    for (int j = 0; j < headWidth; j++) {
      out[at + j] *= scale;
    }
  }
}
