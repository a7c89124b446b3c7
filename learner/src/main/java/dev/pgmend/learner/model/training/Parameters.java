// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pgmend.learner.attention.Scalar;
import dev.pgmend.learner.model.ModelShape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/** The trainable tensors on a device. */
final class Parameters {
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /** The tensors of a model, with the names and sizes of its shape. */
  Parameters(ModelShape shape, Map<String, float[]> tensors, NDManager manager) {
    shape
        .tensors()
        .keySet()
        .forEach(name -> {
          var tensor = tensors.getOrDefault(name, new float[0]);
          var array = manager.create(tensor, new Shape(shape.dimensions(name)));
          array.setRequiresGradient(true);
          arrays.put(name, array);
        });
  }

  /**
   * The initial weights: He et al. (2015) for matrices, ones for norms, zeros for biases and for
   * the output of each layer, so that the network starts as a linear model.
   */
  static Map<String, float[]> initial(ModelShape shape, RandomGenerator random) {
    var tensors = new LinkedHashMap<String, float[]>();
    shape
        .tensors()
        .forEach((name, size) -> {
          var values = new float[size];
          var dimensions = shape.dimensions(name);
          if (name.equals("scalars")) {
            for (var scalar : Scalar.values()) {
              values[scalar.position()] = scalar.initial();
            }
          } else if (name.contains("norm") && name.endsWith("weight")) {
            Arrays.fill(values, 1);
          } else if (dimensions.length == 2 && !isAddedLater(name)) {
            double deviation = Math.sqrt(2.0 / dimensions[0]);
            for (int i = 0; i < size; i++) {
              values[i] = (float) (deviation * random.nextGaussian());
            }
          }
          tensors.put(name, values);
        });
    return tensors;
  }

  private static boolean isAddedLater(String name) {
    return name.endsWith(".out.weight") || name.endsWith(".down.weight");
  }

  /** The tensor of that name. */
  NDArray get(String name) {
    var array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return array;
  }

  /** All tensors except some. */
  void forEach(Set<String> without, BiConsumer<String, NDArray> action) {
    arrays.forEach((name, array) -> {
      if (!without.contains(name)) {
        action.accept(name, array);
      }
    });
  }

  /** Copies of all values. */
  Map<String, float[]> values() {
    var values = new LinkedHashMap<String, float[]>();
    arrays.forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }
}
