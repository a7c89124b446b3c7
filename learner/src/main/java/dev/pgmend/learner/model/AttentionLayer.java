// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.AttentionMechanism;
import dev.pgmend.learner.attention.Projection;
import dev.pgmend.learner.attention.Scalar;
import dev.pgmend.learner.attention.SparseAttention;
import dev.pgmend.learner.attention.SparseContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A layer of attention and a feed-forward part, each added to its input.
 *
 * @param scalars of the mechanisms, by {@link Scalar}
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
record AttentionLayer(
    Norm norm1,
    Projection query,
    Projection key,
    Projection value,
    Projection out,
    Norm norm2,
    Projection up,
    Projection down,
    float[] scalars) {

  /** A mechanism that is used for one plan, and its weight in the mix. */
  record Active(AttentionMechanism mechanism, SparseContext context, float weight) {}

  static AttentionLayer of(ModelWeights weights, String name) {
    int d = weights.shape().hidden();
    return new AttentionLayer(
        Norm.of(weights, name + "norm1"),
        Layers.projection(weights, name + "query", d, d),
        Layers.projection(weights, name + "key", d, d),
        Layers.projection(weights, name + "value", d, d),
        Layers.projection(weights, name + "out", d, d),
        Norm.of(weights, name + "norm2"),
        Layers.projection(weights, name + "up", d, 2 * d),
        Layers.projection(weights, name + "down", 2 * d, d),
        weights.tensor("scalars"));
  }

  /**
   * Applies the layer to x, n x d, in place.
   *
   * @param radii n, for hyperbolic mechanisms
   */
  void apply(List<Active> active, float[] radii, float[] x, LayerScratch scratch) {
    int d = norm1.scale().length;
    int n = x.length / d;
    norm1.applyRows(x, scratch.normed);
    query.applyRows(scratch.normed, scratch.rows.queries(), n);
    key.applyRows(scratch.normed, scratch.rows.keys(), n);
    value.applyRows(scratch.normed, scratch.rows.values(), n);
    attend(active, radii, scratch);
    out.applyRows(scratch.mixed, scratch.normed, n);
    add(scratch.normed, x);
    norm2.applyRows(x, scratch.normed);
    up.applyRows(scratch.normed, scratch.up, n);
    Layers.relu(scratch.up, scratch.up.length);
    down.applyRows(scratch.up, scratch.normed, n);
    add(scratch.normed, x);
  }

  private static void add(float[] what, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += what[i];
    }
  }

  private void attend(List<Active> active, float[] radii, LayerScratch scratch) {
    Arrays.fill(scratch.mixed, 0);
    for (var one : active) {
      attend(one, radii, scratch);
      for (int i = 0; i < scratch.mixed.length; i++) {
        scratch.mixed[i] += one.weight * scratch.attended[i];
      }
    }
  }

  private void attend(Active active, float[] radii, LayerScratch scratch) {
    var mechanism = active.mechanism;
    if (mechanism.isHyperbolic()) {
      scratch.attention.attendHyperbolic(
          active.context, scalar(mechanism.first()), radii, scratch.rows);
    } else {
      var bias = new SparseAttention.Bias(scalar(mechanism.first()), scalar(mechanism.second()));
      scratch.attention.attend(active.context, bias, scratch.rows);
    }
  }

  private float scalar(Optional<Scalar> scalar) {
    return scalar.map(which -> scalars[which.position()]).orElse(0f);
  }
}
