// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import java.util.Map;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultWeightedEdge;

/**
 * Proof that a cut is minimal: a flow that obeys the capacities and has the cut's value. No flow is
 * larger than any cut, so neither can be improved (Ford and Fulkerson 1956).
 */
final class FlowCertificate {
  /** Tolerance for rounding, relative to the cut and for each edge. */
  static final double TOLERANCE = 1e-9;

  private FlowCertificate() {}

  /**
   * Checks that flow and cut prove each other.
   *
   * @param graph of events, with capacities as weights
   * @param flows of each edge
   * @param flow that the solver claims
   * @param cut the capacity of the cut
   * @throws IllegalStateException if they do not
   */
  static void require(
      Graph<Integer, DefaultWeightedEdge> graph,
      Map<DefaultWeightedEdge, Double> flows,
      double flow,
      double cut) {
    double allowed = TOLERANCE * Math.max(1, cut) * Math.max(1, flows.size());
    var balance = new double[graph.vertexSet().size()];
    for (var entry : flows.entrySet()) {
      var edge = entry.getKey();
      double amount = entry.getValue();
      if (amount < -allowed || amount > graph.getEdgeWeight(edge) + allowed) {
        throw violated("%s carries %s".formatted(edge, amount));
      }
      balance[graph.getEdgeSource(edge)] -= amount;
      balance[graph.getEdgeTarget(edge)] += amount;
    }
    for (int event = 0; event < balance.length; event++) {
      boolean inner = event != ActivityNetwork.SOURCE && event != ActivityNetwork.SINK;
      if (inner && Math.abs(balance[event]) > allowed) {
        throw violated("event %d keeps %s".formatted(event, balance[event]));
      }
    }
    if (Math.abs(balance[ActivityNetwork.SINK] - cut) > allowed || Math.abs(flow - cut) > allowed) {
      throw violated("flow %s, cut %s".formatted(flow, cut));
    }
  }

  private static IllegalStateException violated(String how) {
    return new IllegalStateException("minimum cut without proof: " + how);
  }
}
