// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.learner.workload.PlanCapture;
import dev.pgmend.learner.workload.Statement;
import dev.pgmend.learner.workload.StatementLoad;
import java.sql.SQLException;
import java.util.List;

/** The embedded servers lack HypoPG; a server that PGMEND_TEST_POSTGRES_URLS names may have it. */
class HypoPgTest {
  private static final String BY_KIND = "SELECT * FROM visits WHERE at > $1 AND kind = $2";

  @EachPostgres
  void advisesTheIndexThatPostgresWouldUse(TestDatabase database) throws SQLException {
    visits(database);
    try (var session = database.session(Purpose.INSPECT)) {
      var diagnosis = diagnose(session, BY_KIND);

      var advice = diagnosis.advice().orElseThrow();
      assertThat(advice.index())
          .isEqualTo(new IndexCandidate("public", "visits", List.of("kind", "at")));
      assertThat(advice.after().operators())
          .anySatisfy(
              operator -> assertThat(operator.index()).startsWith("<").contains("visits_kind_at"));
      assertThat(advice.gain().source()).isEqualTo("HypoPG and model");
      var left = advice.after().root().totalCost() / diagnosis.plan().root().totalCost();
      assertThat(left).isLessThan(0.2);
      assertThat(advice.gain().percent()).isCloseTo(100 * (1 - left), within(0.5));
      assertThat(hypothetical(session)).isZero();
    }
  }

  @EachPostgres
  void advisesNoIndexThatPostgresWouldNotUse(TestDatabase database) throws SQLException {
    visits(database);
    try (var session = database.session(Purpose.INSPECT)) {
      var diagnosis = diagnose(session, "SELECT * FROM visits WHERE flag = $1");

      assertThat(diagnosis.advice()).isEmpty();
      assertThat(diagnosis.abstentions())
          .singleElement()
          .asString()
          .contains("public.visits(flag)", "would not use it", "HypoPG");
      assertThat(hypothetical(session)).isZero();
    }
  }

  @EachPostgres
  void leavesNoHypotheticalIndexBehindAfterAnError(TestDatabase database) throws SQLException {
    visits(database);
    try (var session = database.session(Purpose.INSPECT)) {
      var load = load("SELECT * FROM no_such_table WHERE kind = $1");
      var hypoPg =
          HypoPg.of(session, ServerFacts.read(session), new PlanCapture(session), load)
              .orElseThrow();

      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> hypoPg.with(new IndexCandidate("public", "visits", List.of("kind"))))
          .withMessageContaining("no_such_table");

      assertThat(hypothetical(session)).isZero();
    }
  }

  private static Diagnosis diagnose(Session session, String text) throws SQLException {
    var plans = new PlanCapture(session);
    var load = load(text);
    return new Advisor(new CostTimes())
        .diagnose(session, ServerFacts.read(session), plans, load, plans.capture(load));
  }

  private static StatementLoad load(String text) {
    return new StatementLoad(new Statement(1, "postgres", text), 100, 1000, 1000, 90);
  }

  private static int hypothetical(Session session) throws SQLException {
    return session.queryOne(
        "SELECT count(*) FROM \"Hypo PG\".hypopg_list_indexes", row -> row.getInt(1));
  }

  /** With HypoPG, in a schema that is found only by its full and quoted name. */
  private static void visits(TestDatabase database) {
    assumeTrue(
        database.isTrue(
            "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'hypopg')"),
        () -> database + " has no HypoPG (Debian: postgresql-NN-hypopg)");
    database.execute(
        "CREATE SCHEMA \"Hypo PG\"",
        "CREATE EXTENSION hypopg SCHEMA \"Hypo PG\"",
        "CREATE TABLE visits (kind int, flag bool, at int, note text)",
        "INSERT INTO visits SELECT i % 500, i % 10 <> 0, (i * 7919) % 1000003, repeat('x', 60)"
            + " FROM generate_series(1, 50000) i");
    // Else the rows would be reported after the analysis, and count as changed since.
    Faults.flushStatistics(database);
    database.execute("VACUUM (ANALYZE) visits");
  }
}
