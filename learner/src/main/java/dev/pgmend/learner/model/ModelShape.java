// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.attention.Scalar;
import dev.pgmend.learner.plan.PlanFeatures;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The dimensions of a latency model.
 *
 * @param features F, per operator
 * @param hidden d, width of each layer
 * @param heads h, which share the width
 * @param layers number of attention layers
 */
public record ModelShape(int features, int hidden, int heads, int layers) {
  /** The default for training. */
  public static ModelShape standard() {
    return new ModelShape(PlanFeatures.count(), 32, 2, 2);
  }

  /** Number of values of each tensor, by name, in the order in which they are stored. */
  public Map<String, Integer> tensors() {
    var sizes = new LinkedHashMap<String, Integer>();
    linear(sizes, "embed", features, hidden);
    for (int layer = 0; layer < layers; layer++) {
      var name = "layer" + layer + ".";
      norm(sizes, name + "norm1");
      linear(sizes, name + "query", hidden, hidden);
      linear(sizes, name + "key", hidden, hidden);
      linear(sizes, name + "value", hidden, hidden);
      linear(sizes, name + "out", hidden, hidden);
      norm(sizes, name + "norm2");
      linear(sizes, name + "up", hidden, 2 * hidden);
      linear(sizes, name + "down", 2 * hidden, hidden);
    }
    norm(sizes, "norm");
    linear(sizes, "head", hidden, 1);
    sizes.put("skip.weight", features);
    sizes.put("scalars", Scalar.values().length);
    sizes.put("mix", Mechanism.single().size());
    return sizes;
  }

  /** Rows and columns of a matrix, or the length of a vector. */
  public long[] dimensions(String tensor) {
    int size = tensors().getOrDefault(tensor, 0);
    if (!tensor.endsWith(".weight") || tensor.contains("norm") || tensor.startsWith("skip")) {
      return new long[] {size};
    }
    int in = tensor.startsWith("embed") ? features : tensor.contains("down") ? 2 * hidden : hidden;
    return new long[] {in, size / in};
  }

  private static void linear(Map<String, Integer> sizes, String name, int in, int out) {
    sizes.put(name + ".weight", in * out);
    sizes.put(name + ".bias", out);
  }

  private void norm(Map<String, Integer> sizes, String name) {
    sizes.put(name + ".weight", hidden);
    sizes.put(name + ".bias", hidden);
  }
}
