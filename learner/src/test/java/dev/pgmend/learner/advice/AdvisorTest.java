// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.workload.PlanCapture;
import dev.pgmend.learner.workload.Statement;
import dev.pgmend.learner.workload.StatementLoad;
import java.sql.SQLException;
import java.util.List;

class AdvisorTest {
  private static final int ROWS = 100_000;

  @EachPostgres
  void advisesIndexOnFilterColumnsWithEqualityFirst(TestDatabase database) throws SQLException {
    visits(database);

    var diagnosis = diagnose(database, "SELECT * FROM visits WHERE at > $1 AND kind = $2", 10);

    assertThat(diagnosis.plan().operators().get(diagnosis.bottleneck().operators().getFirst()))
        .satisfies(operator -> assertThat(operator.type()).isEqualTo(NodeType.SEQ_SCAN));
    assertThat(diagnosis.advice())
        .hasValueSatisfying(advice -> {
          assertThat(advice.index())
              .isEqualTo(new IndexCandidate("public", "visits", List.of("kind", "at")));
          assertThat(advice.gain().low()).isPositive().isLessThan(advice.gain().percent());
          assertThat(advice.gain().high()).isGreaterThanOrEqualTo(advice.gain().percent());
        });
  }

  @EachPostgres
  void advisesTheSmallerOfTwoEquallyGoodIndexes(TestDatabase database) throws SQLException {
    visits(database);

    assertThat(
            diagnose(database, "SELECT * FROM visits WHERE at > $1 AND customer = $2", 10).advice())
        .hasValueSatisfying(
            advice -> assertThat(advice.index().columns()).containsExactly("customer"));
  }

  @EachPostgres
  void advisedIndexIsUsedAndSavesAsExpected(TestDatabase database) throws SQLException {
    visits(database);
    var advice =
        diagnose(database, "SELECT * FROM visits WHERE customer = $1", 10).advice().orElseThrow();
    var before = milliseconds(database, "SELECT * FROM visits WHERE customer = 77");

    database.execute(
        "CREATE INDEX advised ON visits (%s)".formatted(advice.index().columns().getFirst()));

    var after = milliseconds(database, "SELECT * FROM visits WHERE customer = 77");
    assertThat(100 * (1 - after / before)).isGreaterThanOrEqualTo(advice.gain().low());
    assertThat(database.text("EXPLAIN (FORMAT JSON) SELECT * FROM visits WHERE customer = 77"))
        .contains("advised");
    assertThat(diagnose(database, "SELECT * FROM visits WHERE customer = $1", 0.1).advice())
        .isEmpty();
  }

  @EachPostgres
  void advisesIndexThatAvoidsTheSort(TestDatabase database) throws SQLException {
    visits(database);

    var advice =
        diagnose(database, "SELECT * FROM visits WHERE kind = $1 ORDER BY at DESC LIMIT $2", 30)
            .advice();

    assertThat(advice)
        .hasValueSatisfying(a -> {
          assertThat(a.index().columns()).containsExactly("kind", "at");
          assertThat(a.after().operators())
              .extracting(operator -> operator.type())
              .doesNotContain(NodeType.SORT, NodeType.GATHER, NodeType.GATHER_MERGE);
        });
  }

  @EachPostgres
  void advisesNoIndexForAnUnselectiveFilter(TestDatabase database) throws SQLException {
    visits(database);

    var diagnosis = diagnose(database, "SELECT * FROM visits WHERE flag = $1", 10);

    assertThat(diagnosis.advice()).isEmpty();
    assertThat(diagnosis.abstentions())
        .singleElement()
        .asString()
        .contains("public.visits(flag)")
        .contains("below the minimum of 20%");
  }

  @EachPostgres
  void advisesNothingIfAnIndexIsAlreadyUsed(TestDatabase database) throws SQLException {
    visits(database);

    var diagnosis = diagnose(database, "SELECT * FROM visits WHERE id = $1", 0.05);

    assertThat(diagnosis.advice()).isEmpty();
    assertThat(diagnosis.abstentions()).isNotEmpty();
  }

  @EachPostgres
  void asksForAnalyzeIfStatisticsAreStale(TestDatabase database) throws SQLException {
    visits(database);
    database.execute(
        "UPDATE visits SET note = 'y' WHERE id % 2 = 0", "SELECT pg_stat_force_next_flush()");

    var diagnosis = diagnose(database, "SELECT * FROM visits WHERE customer = $1", 10);

    assertThat(diagnosis.advice()).isEmpty();
    assertThat(diagnosis.abstentions()).singleElement().asString().contains("run ANALYZE first");
  }

  @EachPostgres
  void advisesNoDuplicateOfAnInvalidIndex(TestDatabase database) throws SQLException {
    visits(database);
    database.execute(
        "CREATE INDEX broken ON visits (customer)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass");

    assertThat(diagnose(database, "SELECT * FROM visits WHERE customer = $1", 10).advice())
        .isEmpty();
  }

  @EachPostgres
  void supportsVarcharColumnsButNotCasts(TestDatabase database) throws SQLException {
    visits(database);

    assertThat(diagnose(database, "SELECT * FROM visits WHERE name = $1", 10).advice())
        .hasValueSatisfying(advice -> assertThat(advice.index().columns()).containsExactly("name"));
    assertThat(diagnose(database, "SELECT * FROM visits WHERE id::text = $1", 10).advice())
        .isEmpty();
  }

  @EachPostgres
  void supportsUnusualNames(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE SCHEMA \"My \"\"Schema\"",
        "CREATE TABLE \"My \"\"Schema\".\"Order AND (x\" AS"
            + " SELECT i AS \"Ünï \"\"c\", i AS b FROM generate_series(1, 50000) i",
        "SELECT pg_stat_force_next_flush()",
        "ANALYZE \"My \"\"Schema\".\"Order AND (x\"");

    var advice =
        diagnose(
                database,
                "SELECT * FROM \"My \"\"Schema\".\"Order AND (x\" WHERE \"Ünï \"\"c\" = $1",
                10)
            .advice();

    assertThat(advice)
        .hasValueSatisfying(a ->
            assertThat(a.index())
                .isEqualTo(new IndexCandidate("My \"Schema", "Order AND (x", List.of("Ünï \"c"))));
  }

  private static Diagnosis diagnose(TestDatabase database, String text, double meanMs)
      throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      var statement = new Statement(1, "postgres", text);
      var load = new StatementLoad(statement, 100, 100 * meanMs, 1000, 90);
      var plans = new PlanCapture(session);
      return new Advisor(new CostTimes())
          .diagnose(session, ServerFacts.read(session), plans, load, plans.capture(load));
    }
  }

  /** The fastest of some runs, which has the least noise. */
  private static double milliseconds(TestDatabase database, String sql) {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      var text = String.join("", database.texts("EXPLAIN (ANALYZE, TIMING OFF) " + sql));
      var time = text.substring(text.indexOf("Execution Time:") + 15).replace("ms", "").strip();
      best = Math.min(best, Double.parseDouble(time));
    }
    return best;
  }

  private static void visits(TestDatabase database) {
    database.execute(
        "CREATE TABLE visits (id int PRIMARY KEY, customer int, kind int, flag bool, at int,"
            + " name varchar(40), note text)",
        "INSERT INTO visits SELECT i, i % 5000, i % 500, i % 10 <> 0, (i * 7919) % 1000003,"
            + " 'name ' || i % 3000, repeat('x', 60) FROM generate_series(1, "
            + ROWS
            + ") i",
        // Else the rows would be reported after the analysis, and count as changed since.
        "SELECT pg_stat_force_next_flush()",
        "VACUUM (ANALYZE) visits");
  }
}
