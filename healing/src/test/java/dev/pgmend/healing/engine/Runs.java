// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.testing.ManualClock;
import dev.pgmend.healing.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** Runs plans in a test's database. */
record Runs(
    TestDatabase database, String actionId, Limits limits, Halt halt, RunListener listener) {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private static final OptionalLong VAST = OptionalLong.of(Long.MAX_VALUE / 2);

  static Runs in(TestDatabase database) {
    return new Runs(
        database,
        "a1",
        new Limits(0, VAST, Duration.ofMinutes(1), Duration.ofSeconds(30)),
        Halt.NEVER,
        (_, _, _) -> {});
  }

  Runs as(String otherActionId) {
    return new Runs(database, otherActionId, limits, halt, listener);
  }

  Runs telling(RunListener other) {
    return new Runs(database, actionId, limits, halt, other);
  }

  Runs haltedWhen(Halt asked) {
    return new Runs(database, actionId, limits, asked, listener);
  }

  Runs withoutPatienceForTransactions() {
    var impatient = new Limits(0, VAST, Duration.ZERO, Duration.ofSeconds(30));
    return new Runs(database, actionId, impatient, halt, listener);
  }

  RunResult run(RepairPlan plan, Journal journal) {
    return run(plan, Direction.FORWARD, journal);
  }

  RunResult run(RepairPlan plan, Direction direction, Journal journal) {
    return new ActionRunner(database.server(), new ManualClock(NOW), halt)
        .run(actionId, plan, direction, limits, journal, listener);
  }

  /** How often pgmend ran such a statement to its end in this database. */
  long timesRun(String statementsBeginning) {
    return database.number(
        """
        SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
         WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND query LIKE '%%%s%%%s'
        """
            .formatted(statementsBeginning, Session.MARK));
  }

  long invalidIndexes() {
    return database.number("SELECT count(*) FROM pg_index WHERE NOT indisvalid");
  }

  /** The server process that runs the action, once there is one; 0 before. */
  int backendPid() {
    return database
        .texts(
            """
            SELECT pid FROM pg_stat_activity
             WHERE application_name = 'pgmend/%s' AND datname = current_database()
            """
                .formatted(actionId))
        .stream()
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElse(0);
  }

  /** Whether the server is at work on a statement that begins so. */
  boolean isRunning(String statementsBeginning) {
    return database.isTrue(
        """
        SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                        WHERE application_name = 'pgmend/%s' AND state = 'active'
                          AND wait_event_type = 'Lock'
                          AND query LIKE '/* pgmend */ %s%%')
        """
            .formatted(actionId, statementsBeginning));
  }
}
