// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("EXPLAIN's JSON becomes a graph")
class ExplainJsonTest {
  static Stream<TestDatabase> databases() {
    return TestServers.databases();
  }

  private static PlanDag explain(TestDatabase database, String sql) {
    return ExplainJson.parse(database.text("EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS) " + sql));
  }

  @ParameterizedTest
  @MethodSource("databases")
  @DisplayName("a CTE that is read twice is one producer of two consumers")
  void sharesCtes(TestDatabase database) {
    var plan =
        explain(
            database,
            """
            WITH c AS MATERIALIZED (SELECT relname FROM pg_class WHERE relkind = 'r')
            SELECT * FROM c a JOIN c b USING (relname)
            """);
    var shared = plan.edges().stream().filter(edge -> edge.role() == PlanEdge.Role.CTE).toList();
    assertThat(shared).hasSize(2).extracting(PlanEdge::producer).containsOnly(0);
    assertThat(plan.operators().getFirst().relation()).isEqualTo("pg_class");
    assertThat(plan.ancestors().getLast().cardinality()).isEqualTo(plan.size() - 1);
  }

  @ParameterizedTest
  @MethodSource("databases")
  @DisplayName("an init plan's value flows to the operator whose condition contains it")
  void connectsInitPlans(TestDatabase database) {
    var plan =
        explain(
            database,
            "SELECT * FROM pg_class c, pg_attribute a WHERE a.attrelid = c.oid"
                + " AND c.relpages > (SELECT avg(relpages) FROM pg_class)");
    var value =
        plan.edges().stream().filter(edge -> edge.role() == PlanEdge.Role.INIT_PLAN).toList();
    assertThat(value).hasSize(1);
    assertThat(plan.operators().get(value.getFirst().consumer()).relation()).isEqualTo("pg_class");
    assertThat(plan.operators().get(value.getFirst().producer()).type())
        .isEqualTo(NodeType.AGGREGATE);
  }

  @ParameterizedTest
  @MethodSource("databases")
  @DisplayName("literals are removed, names and parameters are kept")
  void masksLiterals(TestDatabase database) {
    database.execute("CREATE TABLE people (id int, \"Salary 2024\" numeric(12, 2), name text)");
    var plan =
        explain(
            database,
            "SELECT id + 4711 FROM people WHERE name = E'O''Hara' AND \"Salary 2024\" > 98765.43"
                + " AND id = ANY ('{31337,31338}')");
    assertThat(plan.root().attributes().toString())
        .contains("Salary 2024")
        .doesNotContain("4711")
        .doesNotContain("Hara")
        .doesNotContain("98765")
        .doesNotContain("31337");
  }

  @ParameterizedTest
  @MethodSource("databases")
  @DisplayName("a written plan is read as the same plan")
  void roundTrip(TestDatabase database) throws Exception {
    var plan =
        explain(
            database,
            "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 9)"
                + " SELECT n, (SELECT count(*) FROM pg_class WHERE relpages = n) FROM t");
    var json = new ObjectMapper();
    assertThat(json.readValue(json.writeValueAsString(plan), PlanDag.class)).isEqualTo(plan);
  }

  @Test
  @DisplayName("an unknown operator keeps its name")
  void keepsUnknownOperators() {
    var plan =
        ExplainJson.parse(
            """
            [{"Plan": {"Node Type": "Quantum Scan", "Total Cost": 1.5, "Plans": [
                {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "t"}]}}]
            """);
    assertThat(plan.root().type()).isEqualTo(NodeType.OTHER);
    assertThat(plan.root().name()).isEqualTo("Quantum Scan");
    assertThat(plan.root().totalCost()).isEqualTo(1.5);
  }

  @Test
  @DisplayName("other text is refused with the reason")
  void refusesOtherText() {
    assertThatThrownBy(() -> ExplainJson.parse("Seq Scan on t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> ExplainJson.parse("[]")).hasMessageContaining("FORMAT JSON");
  }
}
