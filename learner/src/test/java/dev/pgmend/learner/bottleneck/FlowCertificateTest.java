// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A cut is an answer only with its proof")
class FlowCertificateTest {
  private final SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge> graph =
      new SimpleDirectedWeightedGraph<>(DefaultWeightedEdge.class);

  private DefaultWeightedEdge first = new DefaultWeightedEdge();
  private DefaultWeightedEdge second = new DefaultWeightedEdge();

  /** Two operators in series, of the prices 5 and 3: the cut is 3. */
  @BeforeEach
  void build() {
    graph.addVertex(ActivityNetwork.SOURCE);
    graph.addVertex(ActivityNetwork.SINK);
    graph.addVertex(2);
    first = graph.addEdge(ActivityNetwork.SOURCE, 2);
    second = graph.addEdge(2, ActivityNetwork.SINK);
    graph.setEdgeWeight(first, 5);
    graph.setEdgeWeight(second, 3);
  }

  private void require(double through, double out, double flow, double cut) {
    FlowCertificate.require(graph, Map.of(first, through, second, out), flow, cut);
  }

  @Test
  @DisplayName("a flow of the cut's value proves it")
  void accepts() {
    assertThatCode(() -> require(3, 3, 3, 3)).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("a flow above a capacity, one that seeps away, and one of another value do not")
  void refuses() {
    assertThatThrownBy(() -> require(4, 4, 4, 4)).hasMessageContaining("carries 4.0");
    assertThatThrownBy(() -> require(-1, 3, 3, 3)).hasMessageContaining("carries -1.0");
    assertThatThrownBy(() -> require(4, 3, 3, 3)).hasMessageContaining("event 2 keeps 1.0");
    assertThatThrownBy(() -> require(3, 3, 3, 5)).hasMessageContaining("flow 3.0, cut 5.0");
    assertThatThrownBy(() -> require(2, 2, 3, 3)).hasMessageContaining("without proof");
  }
}
