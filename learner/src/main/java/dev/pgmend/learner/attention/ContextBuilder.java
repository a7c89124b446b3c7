// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import dev.pgmend.learner.plan.PlanEdge;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/** Builds the rows of a {@link SparseContext}. */
final class ContextBuilder {
  /** Maximum hops into a sibling branch; operators further away matter little. */
  static final int BRANCH_HOPS = 4;

  private static final float[] NONE = new float[0];

  private final PlanGraph graph;
  private final int[] offsets;
  private int[] columns;
  private float[] first;
  private float[] second;
  private int filled;

  private ContextBuilder(PlanGraph graph) {
    this.graph = graph;
    offsets = new int[graph.size() + 1];
    int capacity = graph.ancestors().length + graph.size();
    columns = new int[capacity];
    first = new float[capacity];
    second = NONE;
  }

  /** The term that is added to the score of one entry. */
  @FunctionalInterface
  interface Term {
    /**
     * @param entry position among the graph's ancestors
     */
    float of(int v, int entry);
  }

  /** Ancestors within some hops. */
  static SparseContext ancestors(PlanGraph graph, int maxHops, Term term, boolean hasTerm) {
    var builder = new ContextBuilder(graph);
    for (int v = 0; v < graph.size(); v++) {
      for (int i = graph.offsets()[v]; i < graph.offsets()[v + 1]; i++) {
        if (graph.hops()[i] > maxHops) {
          break; // nearest first
        }
        builder.add(graph.ancestors()[i], term.of(v, i));
      }
      builder.endRow(v);
    }
    return builder.build(hasTerm);
  }

  /** Ancestors, and operators of sibling branches near the fork. */
  static SparseContext branches(PlanGraph graph) {
    var builder = new ContextBuilder(graph);
    builder.second = new float[builder.columns.length];
    var ancestorOf = new int[graph.size()];
    var siblingOf = new int[graph.size()];
    Arrays.fill(ancestorOf, -1);
    Arrays.fill(siblingOf, -1);
    for (int v = 0; v < graph.size(); v++) {
      int begin = builder.filled;
      for (int i = graph.offsets()[v]; i < graph.offsets()[v + 1]; i++) {
        ancestorOf[graph.ancestors()[i]] = v;
        builder.add(graph.ancestors()[i], 0);
      }
      int end = builder.filled;
      for (var output : graph.outputs().get(v)) {
        for (var sibling : graph.inputs().get(output.consumer())) {
          builder.addBranch(v, sibling.producer(), ancestorOf, siblingOf);
        }
      }
      for (int i = begin; i < end; i++) {
        builder.second[i] = siblingOf[builder.columns[i]] == v ? 1 : 0;
      }
      builder.endRow(v);
    }
    return builder.build(true);
  }

  private void addBranch(int v, int root, int[] ancestorOf, int[] siblingOf) {
    if (root == v || ancestorOf[root] == v || siblingOf[root] == v) {
      return;
    }
    var queue = new ArrayDeque<int[]>();
    queue.add(new int[] {root, 0});
    siblingOf[root] = v;
    while (!queue.isEmpty()) {
      var at = queue.remove();
      if (ancestorOf[at[0]] != v) {
        add(at[0], 1);
      }
      for (PlanEdge edge : at[1] < BRANCH_HOPS ? graph.inputs().get(at[0]) : List.<PlanEdge>of()) {
        if (siblingOf[edge.producer()] != v && edge.producer() != v) {
          siblingOf[edge.producer()] = v;
          queue.add(new int[] {edge.producer(), at[1] + 1});
        }
      }
    }
  }

  private void add(int u, float term) {
    if (filled == columns.length) {
      columns = Arrays.copyOf(columns, 2 * filled);
      first = Arrays.copyOf(first, columns.length);
      second = second.length == 0 ? second : Arrays.copyOf(second, columns.length);
    }
    first[filled] = term;
    columns[filled++] = u;
  }

  private void endRow(int v) {
    if (filled == offsets[v]) {
      add(v, 0);
    }
    offsets[v + 1] = filled;
  }

  private SparseContext build(boolean hasTerm) {
    return new SparseContext(
        offsets,
        Arrays.copyOf(columns, filled),
        hasTerm ? Arrays.copyOf(first, filled) : NONE,
        second.length == 0 ? NONE : Arrays.copyOf(second, filled));
  }
}
