// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.pgmend.learner.attention.AttentionMechanism;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.attention.Scalar;
import dev.pgmend.learner.attention.SparseAttention;
import dev.pgmend.learner.model.ModelShape;
import java.util.List;
import java.util.Optional;

/**
 * The latency model in DJL, for padded batches; the same function as {@link
 * dev.pgmend.learner.model.LatencyModel}. Shapes: B plans, n operators, F features, d hidden, h
 * heads of k = d / h.
 */
final class DjlForward {
  private static final List<AttentionMechanism> MECHANISMS = AttentionMechanism.all();
  private static final float NORM_EPSILON = 1e-5f;
  private static final float LENGTH_EPSILON =
      SparseAttention.MIN_LENGTH * SparseAttention.MIN_LENGTH;

  private final ModelShape shape;
  private final Parameters parameters;

  DjlForward(ModelShape shape, Parameters parameters) {
    this.shape = shape;
    this.parameters = parameters;
  }

  /** Log self times, B x n; values of padding are undefined. */
  NDArray logSelfMs(Batch batch, Mechanism mechanism) {
    var x = linear(batch.features(), "embed").maximum(0);
    for (int i = 0; i < shape.layers(); i++) {
      var name = "layer" + i + ".";
      var normed = norm(x, name + "norm1");
      x = x.add(linear(attend(batch, mechanism, normed, name), name + "out"));
      var up = linear(norm(x, name + "norm2"), name + "up").maximum(0);
      x = x.add(linear(up, name + "down"));
    }
    var skip = batch.features().matMul(get("skip.weight").reshape(shape.features(), 1));
    return linear(norm(x, "norm"), "head").add(skip).squeeze(-1);
  }

  /** B x n x d to the same. */
  private NDArray attend(Batch batch, Mechanism mechanism, NDArray x, String name) {
    var query = heads(linear(x, name + "query"));
    var key = heads(linear(x, name + "key"));
    var value = heads(linear(x, name + "value"));
    if (mechanism != Mechanism.ENSEMBLE) {
      return merged(attend(batch, mechanism, query, key, value));
    }
    var mix = get("mix").softmax(0);
    NDArray mixed = null;
    for (var single : Mechanism.single()) {
      var part = attend(batch, single, query, key, value).mul(mix.get(single.position()));
      mixed = mixed == null ? part : mixed.add(part);
    }
    return merged(mixed == null ? value : mixed);
  }

  /** B x h x n x k each, to the same. */
  private NDArray attend(
      Batch batch, Mechanism mechanism, NDArray query, NDArray key, NDArray value) {
    var how = MECHANISMS.get(mechanism.position());
    var context = batch.attention().get(mechanism);
    if (context == null) {
      throw new IllegalArgumentException("the batch was not prepared for " + mechanism);
    }
    if (how.isHyperbolic()) {
      var distance = distance(query, key, batch.radii());
      var scores = distance.mul(scalar(how.first())).neg().add(context.mask());
      return midpoint(scores.softmax(-1), value);
    }
    var scores =
        query.matMul(key.transpose(0, 1, 3, 2)).mul(1 / Math.sqrt(headWidth())).add(context.mask());
    if (how.first().isPresent()) {
      scores = scores.add(context.first().mul(scalar(how.first())));
    }
    if (how.second().isPresent()) {
      scores = scores.add(context.second().mul(scalar(how.second())));
    }
    return scores.softmax(-1).matMul(value);
  }

  /** B x h x n x n. */
  private static NDArray distance(NDArray query, NDArray key, NDArray radii) {
    var cosine = direction(query).matMul(direction(key).transpose(0, 1, 3, 2));
    var rows = radii.reshape(radii.getShape().get(0), 1, -1, 1);
    var columns = radii.reshape(radii.getShape().get(0), 1, 1, -1);
    var cosh =
        rows.cosh()
            .mul(columns.cosh())
            .sub(rows.sinh().mul(columns.sinh()).mul(cosine))
            .maximum(SparseAttention.MIN_COSH);
    return cosh.add(cosh.square().sub(1).sqrt()).log();
  }

  private static NDArray direction(NDArray x) {
    return x.div(x.square().sum(new int[] {-1}, true).add(LENGTH_EPSILON).sqrt());
  }

  private static NDArray midpoint(NDArray weights, NDArray value) {
    var gamma = value.square().sum(new int[] {-1}, true).add(1).sqrt();
    var klein = weights.matMul(value).div(weights.matMul(gamma));
    var gap =
        klein.square().sum(new int[] {-1}, true).neg().add(1).maximum(SparseAttention.MIN_GAP);
    return klein.div(gap.sqrt());
  }

  private NDArray heads(NDArray x) {
    var size = x.getShape();
    return x.reshape(new Shape(size.get(0), size.get(1), shape.heads(), headWidth()))
        .transpose(0, 2, 1, 3);
  }

  private NDArray merged(NDArray x) {
    var size = x.getShape();
    return x.transpose(0, 2, 1, 3).reshape(new Shape(size.get(0), size.get(2), shape.hidden()));
  }

  private int headWidth() {
    return shape.hidden() / shape.heads();
  }

  private NDArray linear(NDArray x, String name) {
    return x.matMul(get(name + ".weight")).add(get(name + ".bias"));
  }

  private NDArray norm(NDArray x, String name) {
    var centred = x.sub(x.mean(new int[] {-1}, true));
    var variance = centred.square().mean(new int[] {-1}, true);
    return centred
        .div(variance.add(NORM_EPSILON).sqrt())
        .mul(get(name + ".weight"))
        .add(get(name + ".bias"));
  }

  private NDArray scalar(Optional<Scalar> scalar) {
    return get("scalars").get(scalar.orElseThrow().position());
  }

  private NDArray get(String name) {
    return parameters.get(name);
  }
}
