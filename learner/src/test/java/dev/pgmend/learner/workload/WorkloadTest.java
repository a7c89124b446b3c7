// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

class WorkloadTest {
  @EachPostgres
  void samplesStatementsThatRanSinceTheLastSample(TestDatabase database) throws SQLException {
    table(database);
    try (var session = database.session(Purpose.INSPECT)) {
      var sampler = new WorkloadSampler(Clock.systemUTC());
      look(sampler, session);
      for (int i = 0; i < 3; i++) {
        database.execute("SELECT count(*) FROM visits WHERE customer = 3");
      }

      var sample = look(sampler, session);

      assertThat(sample.loads())
          .filteredOn(load -> load.statement().text().contains("FROM visits"))
          .singleElement()
          .satisfies(load -> {
            assertThat(load.calls()).isEqualTo(3);
            assertThat(load.rows()).isEqualTo(3);
            assertThat(load.meanMs()).isPositive();
            assertThat(load.statement().roleName()).isEqualTo("postgres");
          });
    }
  }

  @EachPostgres
  void countsTheLearnersStatementsAsCost(TestDatabase database) throws SQLException {
    table(database);
    try (var session = database.session(Purpose.LEARN)) {
      var sampler = new WorkloadSampler(Clock.systemUTC());
      look(sampler, session);

      var sample = look(sampler, session);

      assertThat(sample.ownMs()).isPositive();
      // The two are added up in different order.
      assertThat(sample.totalMs()).isGreaterThan(sample.ownMs() - 1e-6);
      assertThat(sample.loads())
          .noneMatch(load -> load.statement().text().contains("pg_stat_statements"));
    }
  }

  @EachPostgres
  void ignoresOtherStatementsOfPgmend(TestDatabase database) throws SQLException {
    try (var learner = database.session(Purpose.LEARN);
        var inspector = database.session(Purpose.INSPECT)) {
      var sampler = new WorkloadSampler(Clock.systemUTC());
      look(sampler, learner);
      inspector.queryOne("SELECT count(*) FROM generate_series(1, 1000000)", row -> row.getLong(1));

      var sample = look(sampler, learner);

      assertThat(sample.ownMs()).isPositive().isLessThan(sample.totalMs() / 2);
      assertThat(sample.loads())
          .noneMatch(load -> load.statement().text().contains("generate_series"));
    }
  }

  @EachPostgres
  void explainsInTheSearchPathOfTheRole(TestDatabase database) throws SQLException {
    var role = database.createRole("pg_monitor", "pg_read_all_data");
    database.execute(
        "CREATE SCHEMA \"Odd One\"",
        "CREATE TABLE \"Odd One\".visits (id int PRIMARY KEY, customer int)",
        "ALTER ROLE \"%s\" SET search_path = \"Odd One\", public".formatted(role));

    var plan =
        capture(database, role, "SELECT * FROM visits WHERE customer = $1 AND id > $2 LIMIT $3");

    assertThat(plan.operators()).extracting(operator -> operator.type()).contains(NodeType.LIMIT);
    assertThat(plan.operators()).extracting(operator -> operator.schema()).contains("Odd One");
  }

  @EachPostgres
  void explainsAWriteWithoutRunningIt(TestDatabase database) throws SQLException {
    table(database);

    var plan = capture(database, "postgres", "DELETE FROM visits WHERE customer = $1");

    assertThat(plan.root().type()).isEqualTo(NodeType.MODIFY_TABLE);
    assertThat(database.number("SELECT count(*) FROM visits")).isEqualTo(1000);
  }

  @EachPostgres
  void explainsNormalizedIntervalsAndTypes(TestDatabase database) throws SQLException {
    database.execute("CREATE TABLE events (at timestamp, day date)");

    var plan =
        capture(
            database,
            "postgres",
            "SELECT * FROM events WHERE at > now() - interval $1 AND day = DATE $2");

    assertThat(plan.root().text("Filter")).contains("$1").contains("$2");
  }

  @EachPostgres
  void estimatesALimitParameterByTheActualRows(TestDatabase database) throws SQLException {
    table(database);

    assertThat(capture(database, "postgres", "SELECT * FROM visits WHERE id > $1 LIMIT $2").root())
        .satisfies(limit -> assertThat(limit.planRows()).isEqualTo(7));
    assertThat(
            capture(database, "postgres", "SELECT * FROM visits LIMIT $1 OFFSET $2")
                .root()
                .planRows())
        .isNotEqualTo(7);
  }

  @EachPostgres
  void restoresTheSessionsSearchPath(TestDatabase database) throws SQLException {
    table(database);
    try (var session = database.session(Purpose.INSPECT)) {
      var capture = new PlanCapture(session);
      capture.capture(load("postgres", "SELECT * FROM visits"));
      assertThatThrownBy(() -> capture.capture(load("postgres", "SELECT * FROM nowhere")))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("nowhere");

      assertThat(session.<String>queryOne("SHOW search_path", row -> row.getString(1)))
          .isEqualTo("pg_catalog,pg_temp");
    }
  }

  @EachPostgres
  void refusesTextsThatAreNotASingleStatement(TestDatabase database) throws SQLException {
    table(database);
    for (var text :
        List.of(
            "VACUUM visits",
            "SELECT 1; DELETE FROM visits",
            "SET work_mem = $1",
            "",
            "CREATE TABLE t AS SELECT 1")) {
      assertThatThrownBy(() -> capture(database, "postgres", text))
          .as(text)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("this kind of statement cannot be planned");
    }
    assertThat(PlanCapture.hasPlan(new Statement(1, "r", "/* hi */ (\n-- so\nselect 1)"))).isTrue();
  }

  private static StatementLoad load(String role, String text) {
    return new StatementLoad(new Statement(1, role, text), 10, 100, 70, 50);
  }

  private static PlanDag capture(TestDatabase database, String role, String text)
      throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      return new PlanCapture(session).capture(load(role, text));
    }
  }

  private static Sample look(WorkloadSampler sampler, Session session) throws SQLException {
    return sampler.look(session, ServerFacts.read(session)).orElseThrow();
  }

  private static void table(TestDatabase database) {
    database.execute(
        "CREATE TABLE visits (id int PRIMARY KEY, customer int)",
        "INSERT INTO visits SELECT i, i % 10 FROM generate_series(1, 1000) i",
        "ANALYZE visits");
  }
}
