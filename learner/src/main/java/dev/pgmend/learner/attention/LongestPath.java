// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import dev.pgmend.learner.plan.PlanDag;
import java.util.Arrays;

/**
 * The longest path of a plan by the operators' own times, and the criticality of each operator.
 *
 * @param onPath n
 * @param criticality n, (T - T without the operator's time) / T; solved again for each operator on
 *     the path, 0 for all others
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
record LongestPath(boolean[] onPath, float[] criticality) {

  /** Time O(n + m) for the path, and again for each operator on it. */
  static LongestPath of(PlanDag plan, double[] ms) {
    int n = plan.size();
    var until = new double[n];
    var before = new int[n];
    double latency = solve(plan, ms, -1, until, before);
    var onPath = new boolean[n];
    var criticality = new float[n];
    var scratch = new double[n];
    var ignored = new int[n];
    for (int v = n - 1; v >= 0; v = before[v]) {
      onPath[v] = true;
      double without = solve(plan, ms, v, scratch, ignored);
      criticality[v] = latency > 0 ? (float) ((latency - without) / latency) : 0;
    }
    return new LongestPath(onPath, criticality);
  }

  private static double solve(PlanDag plan, double[] ms, int free, double[] until, int[] before) {
    Arrays.fill(until, 0);
    Arrays.fill(before, -1);
    int edge = 0;
    for (int v = 0; v < until.length; v++) {
      // Edges are sorted by consumer, and producers come first.
      for (; edge < plan.edges().size() && plan.edges().get(edge).consumer() == v; edge++) {
        int u = plan.edges().get(edge).producer();
        if (before[v] < 0 || until[u] > until[before[v]]) {
          before[v] = u;
        }
      }
      until[v] = (before[v] < 0 ? 0 : until[before[v]]) + (v == free ? 0 : ms[v]);
    }
    return until[until.length - 1];
  }
}
