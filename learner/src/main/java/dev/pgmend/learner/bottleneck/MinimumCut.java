// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jgrapht.alg.flow.BoykovKolmogorovMFImpl;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;

/**
 * The cheapest set of operators that every critical path passes through.
 *
 * @param operators that cross it, ascending
 * @param value the sum of their prices
 * @param flow of a maximum flow; equal to the value, which proves that no cut is cheaper (Ford and
 *     Fulkerson 1956)
 */
record MinimumCut(List<Integer> operators, double value, double flow) {
  MinimumCut {
    operators = List.copyOf(operators);
  }

  /**
   * The minimum cut of a sub-network; empty if some path through it meets no operator of a finite
   * price.
   *
   * @param used the operators of the sub-network
   * @param prices one per operator, above 0, infinite for one that can't be cut
   * @throws IllegalStateException if flow and cut do not prove each other
   */
  static Optional<MinimumCut> of(ActivityNetwork network, BitSet used, double[] prices) {
    return new Solver(network, used, prices).solve();
  }

  private static final class Solver {
    private final ActivityNetwork network;
    private final BitSet used;
    private final double[] prices;
    private final SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge> graph =
        new SimpleDirectedWeightedGraph<>(DefaultWeightedEdge.class);

    Solver(ActivityNetwork network, BitSet used, double[] prices) {
      this.network = network;
      this.used = used;
      this.prices = prices;
    }

    Optional<MinimumCut> solve() {
      // Uses the lowest price as the unit, because the solver's tolerance is absolute.
      double unit = used.stream().mapToDouble(v -> prices[v]).min().orElse(1);
      if (unit == Double.POSITIVE_INFINITY) {
        return Optional.empty();
      }
      var finite = used.stream().filter(v -> prices[v] < Double.POSITIVE_INFINITY).toArray();
      double uncuttable = 1;
      for (int v : finite) {
        uncuttable += prices[v] / unit;
      }
      for (int event = 0; event < network.events(); event++) {
        graph.addVertex(event);
      }
      for (int v = used.nextSetBit(0); v >= 0; v = used.nextSetBit(v + 1)) {
        add(network.from(v), network.to(v), Math.min(prices[v] / unit, uncuttable));
      }
      var solver = new BoykovKolmogorovMFImpl<>(graph, FlowCertificate.TOLERANCE);
      var most = solver.getMaximumFlow(ActivityNetwork.SOURCE, ActivityNetwork.SINK);
      double flow = most.getValue();
      var crossing = new ArrayList<Integer>();
      double value = 0;
      var beginning = solver.getSourcePartition();
      for (int v = used.nextSetBit(0); v >= 0; v = used.nextSetBit(v + 1)) {
        if (beginning.contains(network.from(v)) && !beginning.contains(network.to(v))) {
          crossing.add(v);
          value += Math.min(prices[v] / unit, uncuttable);
        }
      }
      FlowCertificate.require(graph, most.getFlowMap(), flow, value);
      return value >= uncuttable
          ? Optional.empty()
          : Optional.of(new MinimumCut(crossing, value * unit, flow * unit));
    }

    /** Operators between the same events are cut together or not at all: one edge. */
    private void add(int from, int to, double capacity) {
      var edge = graph.getEdge(from, to);
      if (edge == null) {
        graph.setEdgeWeight(graph.addEdge(from, to), capacity);
      } else {
        graph.setEdgeWeight(edge, graph.getEdgeWeight(edge) + capacity);
      }
    }
  }
}
