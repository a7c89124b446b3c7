// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.ManualClock;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class StatementHistoryTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant EVER_AFTER = START.plus(Duration.ofDays(1));
  private static final Duration STEP = Duration.ofMinutes(1);

  private final ManualClock clock = new ManualClock(START);
  private final StatementHistory history =
      new StatementHistory(Scope.DATABASE, clock, Duration.ofMinutes(10));

  @EachPostgres
  void anIntervalHoldsWhatRanInIt(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      database.execute("SELECT 'before'", "SELECT 1 AS counted");
      look(session);
      database.execute("SELECT 1 AS counted", "SELECT 2 AS counted");
      look(session);
      database.execute("SELECT 1 AS counted");
      look(session);

      assertThat(callsOf(database, "SELECT $1 AS counted")).containsExactly(2L, 1L);
      assertThat(history.between(START, EVER_AFTER))
          .extracting(Interval::from)
          .containsExactly(START, START.plus(STEP));
      assertThat(history.between(START.plusSeconds(1), EVER_AFTER)).hasSize(1);
      assertThat(history.length()).isEqualTo(STEP.multipliedBy(2));
    }
  }

  @EachPostgres
  void anIntervalInWhichTheCountersWereResetIsLeftOut(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      database.execute("SELECT 1 AS counted", "SELECT 1 AS counted");
      look(session);
      database.execute("SELECT 1 AS counted");
      look(session);
      reset(database);
      database.execute("SELECT 1 AS counted");
      look(session);
      assertThat(history.length()).isZero();

      database.execute("SELECT 1 AS counted");
      look(session);

      assertThat(callsOf(database, "SELECT $1 AS counted")).containsExactly(1L, 1L);
      assertThat(history.length()).as("what is unbroken").isEqualTo(STEP);
    }
  }

  @EachPostgres
  void aStatementThatWasForgottenAloneIsLeftOutAlone(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      for (int i = 0; i < 10; i++) {
        database.execute("SELECT 1, 2, 3" + ", 4".repeat(i));
      }
      database.execute("SELECT 1 AS counted", "SELECT 1, 2 AS rare", "SELECT 1, 2 AS rare");
      look(session);
      database.execute(
          "SELECT pg_stat_statements_reset(userid, dbid, queryid) FROM pg_stat_statements"
              + " WHERE query = 'SELECT $1, $2 AS rare'");
      database.execute("SELECT 1 AS counted", "SELECT 1, 2 AS rare");
      look(session);

      assertThat(callsOf(database, "SELECT $1 AS counted")).containsExactly(1L);
      assertThat(callsOf(database, "SELECT $1, $2 AS rare")).isEmpty();
      assertThat(history.length()).isEqualTo(STEP);
    }
  }

  @EachPostgres
  void whatIsOlderThanIsKeptIsForgotten(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      for (int i = 0; i < 20; i++) {
        look(session);
      }

      assertThat(history.length()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
    }
  }

  private void look(Session session) throws SQLException {
    assertThat(history.look(session, ServerFacts.read(session))).isTrue();
    clock.advance(STEP);
  }

  private List<Long> callsOf(TestDatabase database, String query) {
    var id =
        database.number(
            "SELECT queryid FROM pg_stat_statements WHERE query = '%s' AND dbid =".formatted(query)
                + " (SELECT oid FROM pg_database WHERE datname = current_database())");
    return history.between(START, EVER_AFTER).stream()
        .filter(interval -> interval.byQueryId().containsKey(id))
        .map(interval -> interval.byQueryId().getOrDefault(id, new Interval.Work(0, 0)).calls())
        .toList();
  }

  /** Of this database alone: other tests count too. */
  private static void reset(TestDatabase database) {
    database.execute(
        "SELECT pg_stat_statements_reset(0, oid) FROM pg_database WHERE datname = current_database()");
  }
}
