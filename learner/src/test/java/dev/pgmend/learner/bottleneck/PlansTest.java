// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import dev.pgmend.learner.plan.ExplainJson;
import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("The longest path of a real execution is its measured time")
class PlansTest {
  private final List<TestDatabase> databases = TestServers.databases().toList();

  @BeforeAll
  void fill() {
    databases.forEach(Shop::fill);
  }

  @AfterAll
  void drop() {
    databases.forEach(TestDatabase::close);
  }

  Stream<Arguments> queries() {
    return Shop.QUERIES.keySet().stream()
        .sorted()
        .flatMap(name -> databases.stream().map(database -> Arguments.of(name, database)));
  }

  private static PlanDag analyze(TestDatabase database, String name) {
    var query = Shop.QUERIES.get(name);
    assertThat(query).isNotNull();
    database.execute("RESET ALL", query.settings());
    var explained =
        database.text("EXPLAIN (ANALYZE, FORMAT JSON, VERBOSE, SETTINGS) " + query.sql());
    assertThat(explained).contains(query.shows());
    return ExplainJson.parse(explained);
  }

  @ParameterizedTest(name = "{0}, {1}", autoCloseArguments = false)
  @MethodSource("queries")
  @DisplayName("the longest path is the root's total time")
  void longestPath(String name, TestDatabase database) {
    var plan = analyze(database, name);
    var self = SelfTimes.measured(plan).orElseThrow();
    double total = plan.root().actual().orElseThrow().totalMs() + afterTheRoot(plan);
    double latency = ActivityNetwork.of(plan, self).latency(self);
    assertThat(Arrays.stream(self).boxed()).allMatch(ms -> ms >= 0);
    assertThat(latency).as("%s as %s", name, database).isCloseTo(total, within(0.01 * total));
  }

  /** Writing CTEs that nobody reads: the root does not wait for them, the client does. */
  private static double afterTheRoot(PlanDag plan) {
    return plan.edges().stream()
        .filter(edge -> edge.role() == PlanEdge.Role.CTE)
        .filter(edge -> plan.operators().get(edge.consumer()).type() != NodeType.CTE_SCAN)
        .mapToDouble(edge -> plan.operators().get(edge.producer()).actual().orElseThrow().totalMs())
        .sum();
  }
}
