// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.ManualClock;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.verify.Measurement.Statement;
import dev.pgmend.healing.verify.Verdict.Decision;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class VerifierTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration STEP = Duration.ofMinutes(1);
  private static final int INTERVALS = 8;
  private static final int CALLS = 5;

  private final ManualClock clock = new ManualClock(START);
  private final StatementHistory history =
      new StatementHistory(Scope.DATABASE, clock, Duration.ofHours(1));
  private final Verifier verifier = new Verifier(history);

  @EachPostgres
  void anIndexThatIsMissingImprovesItsQueriesAndLeavesTheOthers(TestDatabase database)
      throws SQLException {
    Faults.table(database, "orders");
    Faults.table(database, "people");
    try (var session = database.session(Purpose.INSPECT)) {
      var facts = ServerFacts.read(session);
      work(
          database,
          session,
          facts,
          "SELECT note FROM orders WHERE id = 77",
          "SELECT sum(id) FROM people");
      var target = Target.table(database.name(), "public", "orders");
      var before = verifier.before(session, facts, target, List.of(), START, clock.instant());

      database.execute("CREATE INDEX ON orders (id)", "ANALYZE orders");
      var mended = clock.instant();
      work(
          database,
          session,
          facts,
          "SELECT note FROM orders WHERE id = 77",
          "SELECT sum(id) FROM people");
      var after = verifier.after(before, mended, clock.instant());

      assertThat(before.statements())
          .extracting(Statement::query, Statement::affected)
          .containsExactlyInAnyOrder(
              tuple("SELECT note FROM orders WHERE id = $1", true),
              tuple("SELECT sum(id) FROM people", false));
      assertThat(before.affected()).hasSize(INTERVALS);
      assertThat(after.affectedCalls()).isEqualTo((long) INTERVALS * CALLS);
      var verdict = DifferenceInDifferences.judge(before, after, 10);
      assertThat(verdict.decision()).as(verdict.message()).isEqualTo(Decision.IMPROVED);
      assertThat(verdict.improvementPercent()).isGreaterThan(50);
    }
  }

  @EachPostgres
  void statementsOverAViewOrThroughAParentTouchTheRelation(TestDatabase database)
      throws SQLException {
    database.execute(
        "CREATE TABLE events (id int) PARTITION BY RANGE (id)",
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10)",
        "CREATE VIEW recent AS SELECT * FROM events_1",
        "CREATE VIEW \"Most Recent\" AS SELECT * FROM recent",
        "CREATE TABLE other (id int)");

    assertThat(
            affectedBy(
                database,
                Target.table(database.name(), "public", "events_1"),
                "SELECT * FROM events_1",
                "SELECT * FROM events",
                "SELECT * FROM recent",
                "SELECT * FROM \"Most Recent\"",
                "INSERT INTO EVENTS_1 VALUES (1)",
                "SELECT * FROM other"))
        .containsExactlyInAnyOrder(
            "SELECT * FROM events_1",
            "SELECT * FROM events",
            "SELECT * FROM recent",
            "SELECT * FROM \"Most Recent\"",
            "INSERT INTO EVENTS_1 VALUES ($1)");
  }

  @EachPostgres
  void whatIsNoWorkOnDataIsOnNeitherSide(TestDatabase database) throws SQLException {
    database.execute("CREATE TABLE orders (id int)");
    try (var session = database.session(Purpose.INSPECT)) {
      var facts = ServerFacts.read(session);
      history.look(session, facts);
      database.execute(
          "BEGIN",
          "SET work_mem = '8MB'",
          "COMMIT",
          "ANALYZE orders",
          "CREATE INDEX ON orders (id)");
      session.query("SELECT id + 1 FROM public.orders", row -> row.getInt(1));
      database.execute("SELECT id FROM orders");
      clock.advance(STEP);
      history.look(session, facts);

      var target = Target.table(database.name(), "public", "orders");
      assertThat(
              verifier
                  .before(session, facts, target, List.of(), START, clock.instant())
                  .statements())
          .extracting(Statement::query)
          .containsExactly("SELECT id FROM orders");
    }
  }

  @EachPostgres
  void whatOtherRepairsTouchIsNotInTheControl(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE a (id int)", "CREATE TABLE b (id int)", "CREATE TABLE c (id int)");
    try (var session = database.session(Purpose.INSPECT)) {
      var facts = ServerFacts.read(session);
      history.look(session, facts);
      database.execute("SELECT * FROM a", "SELECT * FROM b", "SELECT * FROM c");
      clock.advance(STEP);
      history.look(session, facts);

      var target = Target.table(database.name(), "public", "a");
      assertThat(
              verifier
                  .before(
                      session, facts, target, List.of("\"public\".\"b\""), START, clock.instant())
                  .statements())
          .extracting(Statement::query)
          .containsExactlyInAnyOrder("SELECT * FROM a", "SELECT * FROM c");
    }
  }

  @EachPostgres
  void aSettingConcernsEveryStatementAndLeavesNoControl(TestDatabase database) throws SQLException {
    database.execute("CREATE TABLE a (id int)", "CREATE TABLE b (id int)");
    try (var session = database.session(Purpose.INSPECT)) {
      var facts = ServerFacts.read(session);
      work(database, session, facts, "SELECT count(*) FROM a", "SELECT count(*) FROM b");
      var target = Target.parameter(database.name(), "work_mem");
      var others = List.of("\"public\".\"b\"");

      var all = verifier.before(session, facts, target, List.of(), START, clock.instant());
      assertThat(all.statements()).hasSize(2).allMatch(Statement::affected);
      assertThat(all.control()).isEmpty();
      assertThat(DifferenceInDifferences.judge(all, all, 10).message())
          .endsWith("; nothing to compare it with");
      assertThat(
              verifier.before(session, facts, target, others, START, clock.instant()).statements())
          .extracting(Statement::query)
          .containsExactly("SELECT count(*) FROM a");
    }
  }

  @EachPostgres
  void aHistoryOfTheServerHoldsOtherDatabasesToo(TestDatabase database) throws SQLException {
    var everywhere = new StatementHistory(Scope.SERVER, clock, Duration.ofHours(1));
    var elsewhere = database.server();
    try (var session = database.session(Purpose.INSPECT);
        var other = elsewhere.open(Purpose.INSPECT, "pgmend/test", "postgres")) {
      var facts = ServerFacts.read(session);
      everywhere.look(session, facts);
      history.look(session, facts);
      other.query("SELECT 'elsewhere' || 1", row -> row.getString(1));
      clock.advance(STEP);
      everywhere.look(session, facts);
      history.look(session, facts);

      assertThat(calls(everywhere)).isGreaterThan(calls(history));
    }
  }

  private long calls(StatementHistory of) {
    return of.between(START, clock.instant()).stream()
        .flatMap(interval -> interval.byQueryId().values().stream())
        .mapToLong(Interval.Work::calls)
        .sum();
  }

  @EachPostgres
  void withoutTheExtensionThereIsNothingToMeasure(TestDatabase database) throws SQLException {
    database.execute("DROP EXTENSION pg_stat_statements");
    try (var session = database.session(Purpose.INSPECT)) {
      var facts = ServerFacts.read(session);

      assertThat(history.look(session, facts)).isFalse();
      var nothing =
          verifier.before(
              session,
              facts,
              Target.table(database.name(), "public", "orders"),
              List.of(),
              START,
              clock.instant());
      assertThat(nothing.statements()).isEmpty();
      assertThat(DifferenceInDifferences.judge(nothing, nothing, 10).decision())
          .isEqualTo(Decision.NOT_ENOUGH_TRAFFIC);
    }
  }

  private List<String> affectedBy(TestDatabase database, Target target, String... statements)
      throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      var facts = ServerFacts.read(session);
      history.look(session, facts);
      database.execute(statements);
      clock.advance(STEP);
      history.look(session, facts);
      return verifier
          .before(session, facts, target, List.of(), START, clock.instant())
          .statements()
          .stream()
          .filter(Statement::affected)
          .map(Statement::query)
          .toList();
    }
  }

  private void work(TestDatabase database, Session session, ServerFacts facts, String... statements)
      throws SQLException {
    history.look(session, facts);
    for (int i = 0; i < INTERVALS; i++) {
      for (int call = 0; call < CALLS; call++) {
        database.execute(statements);
      }
      clock.advance(STEP);
      history.look(session, facts);
    }
  }
}
