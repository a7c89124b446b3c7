// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import dev.pgmend.learner.plan.PlanEdge;
import java.util.Arrays;
import java.util.List;

/** The ancestors of each operator by rows, nearest first, as in {@link PlanGraph}. */
final class AncestorRows {
  private final List<List<PlanEdge>> inputs;
  private final int[] offsets;
  private int[] ancestors;
  private int[] hops;
  private int filled;

  private AncestorRows(List<List<PlanEdge>> inputs) {
    this.inputs = inputs;
    offsets = new int[inputs.size() + 1];
    ancestors = new int[4 * inputs.size()];
    hops = new int[4 * inputs.size()];
  }

  /** Time O(z) for z ancestors in total, times the inputs of each. */
  static AncestorRows of(List<List<PlanEdge>> inputs) {
    var rows = new AncestorRows(inputs);
    var seenBy = new int[inputs.size()];
    Arrays.fill(seenBy, -1);
    for (int v = 0; v < inputs.size(); v++) {
      rows.search(v, seenBy);
    }
    rows.ancestors = Arrays.copyOf(rows.ancestors, rows.filled);
    rows.hops = Arrays.copyOf(rows.hops, rows.filled);
    return rows;
  }

  /** Breadth first; the row itself, from {@code next} on, is the queue. */
  private void search(int v, int[] seenBy) {
    int next = filled;
    addInputs(v, v, 1, seenBy);
    for (; next < filled; next++) {
      addInputs(v, ancestors[next], hops[next] + 1, seenBy);
    }
    offsets[v + 1] = filled;
  }

  private void addInputs(int v, int of, int hop, int[] seenBy) {
    for (var edge : inputs.get(of)) {
      if (seenBy[edge.producer()] != v) {
        seenBy[edge.producer()] = v;
        if (filled == ancestors.length) {
          ancestors = Arrays.copyOf(ancestors, 2 * filled);
          hops = Arrays.copyOf(hops, 2 * filled);
        }
        ancestors[filled] = edge.producer();
        hops[filled++] = hop;
      }
    }
  }

  int[] offsets() {
    return offsets;
  }

  int[] ancestors() {
    return ancestors;
  }

  int[] hops() {
    return hops;
  }
}
