// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A query plan as a directed acyclic graph. Rows flow along the edges from producer to consumer; a
 * common table expression has one edge to each operator that reads it, so this is not a tree.
 *
 * @param operators n of them in topological order: producers first, the root last
 * @param edges sorted by consumer, then in EXPLAIN's order of its inputs
 * @param settings planner settings that differ from their defaults, by name
 */
public record PlanDag(
    List<PlanOperator> operators, List<PlanEdge> edges, Map<String, String> settings) {

  /**
   * @throws IllegalArgumentException if there is no operator, or an edge does not lead forward
   */
  public PlanDag {
    operators = List.copyOf(operators);
    edges = edges.stream().sorted(Comparator.comparingInt(PlanEdge::consumer)).toList();
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    if (operators.isEmpty()) {
      throw new IllegalArgumentException("a plan has at least one operator");
    }
    for (var edge : edges) {
      if (edge.producer() < 0
          || edge.producer() >= edge.consumer()
          || edge.consumer() >= operators.size()) {
        throw new IllegalArgumentException(
            edge + " does not lead forward among " + operators.size() + " operators");
      }
    }
  }

  /** The number of operators. */
  public int size() {
    return operators.size();
  }

  /** The operator whose rows the client receives. */
  @JsonIgnore
  public PlanOperator root() {
    return operators.getLast();
  }

  /** Edges into each operator, by its position. */
  public List<List<PlanEdge>> inputs() {
    var inputs = lists();
    edges.forEach(edge -> inputs.get(edge.consumer()).add(edge));
    return inputs;
  }

  /** Edges out of each operator, by its position. */
  public List<List<PlanEdge>> outputs() {
    var outputs = lists();
    edges.forEach(edge -> outputs.get(edge.producer()).add(edge));
    return outputs;
  }

  /** The operators whose rows reach each one, by its position, without itself. */
  public List<BitSet> ancestors() {
    var ancestors = new ArrayList<BitSet>(size());
    for (int i = 0; i < size(); i++) {
      ancestors.add(new BitSet(size()));
    }
    // Producers come first, so their ancestors are already known.
    for (var edge : edges) {
      ancestors.get(edge.consumer()).set(edge.producer());
      ancestors.get(edge.consumer()).or(ancestors.get(edge.producer()));
    }
    return ancestors;
  }

  /** Edges on the shortest path from the root to each operator; 0 for the root. */
  public int[] depths() {
    var depths = new int[size()];
    var outputs = outputs();
    for (int i = size() - 2; i >= 0; i--) {
      depths[i] =
          outputs.get(i).stream().mapToInt(edge -> depths[edge.consumer()] + 1).min().orElse(0);
    }
    return depths;
  }

  private List<List<PlanEdge>> lists() {
    var lists = new ArrayList<List<PlanEdge>>(size());
    for (int i = 0; i < size(); i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }
}
