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
 * Attention and a feed-forward part, each added to what came in.
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

  /** A mechanism at work on one plan, and its weight in the mix. */
  record Active(
      AttentionMechanism mechanism,
      SparseContext context,
      float weight,
      SparseAttention.RowMemory memory) {}

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
   * Changes x, n x d, in place.
   *
   * @param radii n, for hyperbolic mechanisms
   */
  void apply(List<Active> active, float[] radii, float[] x, LayerScratch scratch) {
    int d = scratch.row.length;
    for (int at = 0; at < x.length; at += d) {
      norm1.apply(x, at, scratch.normed, at);
      query.apply(scratch.normed, at, scratch.rows.queries(), at);
      key.apply(scratch.normed, at, scratch.rows.keys(), at);
      value.apply(scratch.normed, at, scratch.rows.values(), at);
    }
    attend(active, radii, scratch);
    for (int at = 0; at < x.length; at += d) {
      out.apply(scratch.mixed, at, scratch.row, 0);
      add(scratch.row, x, at);
      norm2.apply(x, at, scratch.row, 0);
      up.apply(scratch.row, 0, scratch.up, 0);
      Layers.relu(scratch.up, 2 * d);
      down.apply(scratch.up, 0, scratch.row, 0);
      add(scratch.row, x, at);
    }
  }

  private static void add(float[] row, float[] x, int at) {
    for (int j = 0; j < row.length; j++) {
      x[at + j] += row[j];
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
      scratch.attention.attend(active.context, bias, scratch.rows, active.memory);
    }
  }

  private float scalar(Optional<Scalar> scalar) {
    return scalar.map(which -> scalars[which.position()]).orElse(0f);
  }
}
