// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanOperator;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of queries over TPC-H, TPC-DS and pgbench. */
class PlansOfBenchmarksTest {
  private static final Duration TIME = Duration.ofSeconds(4);

  @ParameterizedTest(name = "Postgres {0}")
  @ValueSource(ints = {15, 17, 18})
  void parsesEveryOperatorOfThePlans(int major) throws IOException, SQLException {
    var json = new ObjectMapper();
    var met = EnumSet.noneOf(NodeType.class);
    for (var observed : plans(major)) {
      var plan = observed.plan();
      plan.operators().forEach(operator -> met.add(operator.type()));
      assertThat(plan.operators())
          .filteredOn(operator -> operator.type() == NodeType.OTHER)
          .extracting(PlanOperator::name)
          .isEmpty();
      assertThat(json.readValue(json.writeValueAsString(plan), PlanDag.class)).isEqualTo(plan);
      assertSharedPartsHaveReaders(plan);
      assertThat(observed.selfMs()).isPresent();
    }
    assertThat(met)
        .contains(
            NodeType.SEQ_SCAN,
            NodeType.INDEX_SCAN,
            NodeType.HASH_JOIN,
            NodeType.NESTED_LOOP,
            NodeType.AGGREGATE,
            NodeType.SORT,
            NodeType.LIMIT,
            NodeType.GATHER);
  }

  private static void assertSharedPartsHaveReaders(PlanDag plan) {
    var outputs = plan.outputs();
    for (int v = 0; v < plan.size(); v++) {
      var operator = plan.operators().get(v);
      if (operator.type() == NodeType.CTE_SCAN) {
        int scan = v;
        assertThat(plan.edges())
            .anyMatch(edge -> edge.consumer() == scan && edge.role() == PlanEdge.Role.CTE);
      }
      if (operator.text("Parent Relationship").equals("InitPlan")) {
        assertThat(outputs.get(v))
            .isNotEmpty()
            .allMatch(
                edge -> edge.role() == PlanEdge.Role.CTE || edge.role() == PlanEdge.Role.INIT_PLAN);
      }
    }
  }

  private static List<ObservedPlan> plans(int major) throws IOException, SQLException {
    var plans = new ArrayList<ObservedPlan>();
    try (var server = TrainingServer.start(major)) {
      for (var database : TrainingDatabases.all()) {
        if (List.of("tpch", "tpcds", "pgbench").contains(database.name())) {
          plans.addAll(
              server.collect(database, TIME, new SplittableRandom(major), InstantSource.system()));
        }
      }
    }
    assertThat(plans).hasSizeGreaterThan(20);
    return plans;
  }
}
