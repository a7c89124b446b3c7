// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.attention.SparseContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch of B plans, each padded to n operators. A padding operator attends to itself and has no
 * weight.
 *
 * @param features B x n x F
 * @param mask B x n, 1 for real operators
 * @param radii B x n
 * @param attention by mechanism
 * @param logSelfMs B x n, true values
 * @param weight B x n, weight of each operator's error; 0 if the truth is unknown
 * @param logMs B, true times of the plans
 * @param statement B, equal for alternatives of one statement
 */
record Batch(
    NDArray features,
    NDArray mask,
    NDArray radii,
    Map<Mechanism, Attention> attention,
    NDArray logSelfMs,
    NDArray weight,
    NDArray logMs,
    NDArray statement) {
  /** Added to the scores of masked operators. */
  private static final float NEVER = -1e9f;

  /** Weight of an operator that took no time, which matters little. */
  private static final float MIN_WEIGHT = 0.1f;

  /**
   * One mechanism's context; each B x 1 x n x n.
   *
   * @param mask 0 if attended to
   */
  record Attention(NDArray mask, NDArray first, NDArray second) {}

  static Batch of(List<Example> examples, List<Mechanism> mechanisms, NDManager manager) {
    int count = examples.size();
    int n = examples.stream().mapToInt(Example::size).max().orElse(1);
    int width = examples.getFirst().plan().features()[0].length;
    var features = new float[count * n * width];
    var mask = new float[count * n];
    var radii = new float[count * n];
    var logSelfMs = new float[count * n];
    var weight = new float[count * n];
    var logMs = new float[count];
    var statement = new float[count];
    var numbers = new HashMap<String, Integer>();
    for (int b = 0; b < count; b++) {
      var example = examples.get(b);
      logMs[b] = (float) Math.log(example.observed().observedMs());
      statement[b] = numbers.computeIfAbsent(example.observed().statement(), _ -> numbers.size());
      System.arraycopy(example.plan().graph().radii(), 0, radii, b * n, example.size());
      for (int v = 0; v < example.size(); v++) {
        mask[b * n + v] = 1;
        System.arraycopy(example.plan().features()[v], 0, features, (b * n + v) * width, width);
      }
      for (int v = 0; v < example.logSelfMs().length; v++) {
        logSelfMs[b * n + v] = example.logSelfMs()[v];
        weight[b * n + v] = MIN_WEIGHT + example.share()[v];
      }
    }
    return new Batch(
        manager.create(features, new Shape(count, n, width)),
        manager.create(mask, new Shape(count, n)),
        manager.create(radii, new Shape(count, n)),
        attention(examples, mechanisms, n, manager),
        manager.create(logSelfMs, new Shape(count, n)),
        manager.create(weight, new Shape(count, n)),
        manager.create(logMs, new Shape(count)),
        manager.create(statement, new Shape(count)));
  }

  private static Map<Mechanism, Attention> attention(
      List<Example> examples, List<Mechanism> mechanisms, int n, NDManager manager) {
    var attention = new HashMap<Mechanism, Attention>();
    for (var mechanism : mechanisms) {
      var contexts = new ArrayList<SparseContext>();
      examples.forEach(example -> contexts.add(example.contexts().get(mechanism.position())));
      attention.put(mechanism, dense(contexts, n, manager));
    }
    return attention;
  }

  private static Attention dense(List<SparseContext> contexts, int n, NDManager manager) {
    int size = contexts.size() * n * n;
    var mask = new float[size];
    var first = new float[size];
    var second = new float[size];
    Arrays.fill(mask, NEVER);
    for (int b = 0; b < contexts.size(); b++) {
      var context = contexts.get(b);
      for (int v = 0; v < n; v++) {
        int row = (b * n + v) * n;
        if (v >= context.size()) {
          mask[row + v] = 0;
          continue;
        }
        for (int i = context.offsets()[v]; i < context.offsets()[v + 1]; i++) {
          int at = row + context.columns()[i];
          mask[at] = 0;
          first[at] = context.first().length == 0 ? 0 : context.first()[i];
          second[at] = context.second().length == 0 ? 0 : context.second()[i];
        }
      }
    }
    var shape = new Shape(contexts.size(), 1, n, n);
    return new Attention(
        manager.create(mask, shape), manager.create(first, shape), manager.create(second, shape));
  }
}
