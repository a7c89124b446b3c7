// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.AttentionMechanism;

/**
 * A naive implementation of the latency model with Topological attention, with loops over scalars.
 */
final class ScalarModel {
  private final ModelWeights weights;
  private final int d;

  ScalarModel(ModelWeights weights) {
    this.weights = weights;
    d = weights.shape().hidden();
  }

  /** Log self times in ms, n. */
  float[] logSelfMs(PreparedPlan plan) {
    int n = plan.features().length;
    var x = linear("embed", plan.features(), d);
    relu(x);
    for (int layer = 0; layer < weights.shape().layers(); layer++) {
      var name = "layer" + layer + ".";
      var normed = norm(name + "norm1", x);
      add(linear(name + "out", attend(name, plan, normed), d), x);
      var up = linear(name + "up", norm(name + "norm2", x), 2 * d);
      relu(up);
      add(linear(name + "down", up, d), x);
    }
    var last = linear("head", norm("norm", x), 1);
    var skip = weights.tensor("skip.weight");
    var logs = new float[n];
    for (int v = 0; v < n; v++) {
      logs[v] = last[v][0];
      for (int i = 0; i < skip.length; i++) {
        logs[v] += skip[i] * plan.features()[v][i];
      }
    }
    return logs;
  }

  private float[][] attend(String name, PreparedPlan plan, float[][] x) {
    var context = new AttentionMechanism.Topological().context(plan.graph());
    var query = linear(name + "query", x, d);
    var key = linear(name + "key", x, d);
    var value = linear(name + "value", x, d);
    int width = d / weights.shape().heads();
    var out = new float[x.length][d];
    for (int v = 0; v < x.length; v++) {
      for (int head = 0; head < d; head += width) {
        int begin = context.offsets()[v];
        var scores = new double[context.offsets()[v + 1] - begin];
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
          int u = context.columns()[begin + i];
          for (int j = head; j < head + width; j++) {
            scores[i] += query[v][j] * key[u][j];
          }
          scores[i] = Math.exp(scores[i] / Math.sqrt(width));
          sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
          int u = context.columns()[begin + i];
          for (int j = head; j < head + width; j++) {
            out[v][j] += (float) (scores[i] / sum * value[u][j]);
          }
        }
      }
    }
    return out;
  }

  private float[][] linear(String name, float[][] x, int out) {
    var matrix = weights.tensor(name + ".weight");
    var bias = weights.tensor(name + ".bias");
    var y = new float[x.length][out];
    for (int v = 0; v < x.length; v++) {
      for (int j = 0; j < out; j++) {
        float sum = bias[j];
        for (int i = 0; i < x[v].length; i++) {
          sum += x[v][i] * matrix[i * out + j];
        }
        y[v][j] = sum;
      }
    }
    return y;
  }

  private float[][] norm(String name, float[][] x) {
    var norm = Norm.of(weights, name);
    var y = new float[x.length][d];
    for (int v = 0; v < x.length; v++) {
      norm.apply(x[v], 0, y[v], 0);
    }
    return y;
  }

  private static void relu(float[][] x) {
    for (var row : x) {
      for (int j = 0; j < row.length; j++) {
        row[j] = Math.max(0, row[j]);
      }
    }
  }

  private static void add(float[][] what, float[][] to) {
    for (int v = 0; v < to.length; v++) {
      for (int j = 0; j < to[v].length; j++) {
        to[v][j] += what[v][j];
      }
    }
  }
}
