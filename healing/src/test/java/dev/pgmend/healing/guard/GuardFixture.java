// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.Analyze;
import dev.pgmend.healing.repair.ReindexConcurrently;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.SetParameter;
import dev.pgmend.healing.repair.TerminateBackend;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/** Plans and contexts to ask guards about. */
final class GuardFixture {
  static final Limits PATIENT =
      new Limits(
          0, OptionalLong.of(Long.MAX_VALUE / 2), Duration.ofMinutes(1), Duration.ofSeconds(30));
  static final Limits STRICT =
      new Limits(0, OptionalLong.of(Long.MAX_VALUE / 2), Duration.ZERO, Duration.ofSeconds(30));

  private GuardFixture() {}

  interface Question<T> {
    T ask(GuardContext context) throws SQLException;
  }

  /** Asks over a watching session of its own. */
  static <T> T ask(
      Server server, RepairPlan plan, int backendPid, Limits limits, Question<T> question)
      throws SQLException {
    try (var session = server.open(Purpose.WATCH, "pgmend/test/watch")) {
      return question.ask(context(session, plan, backendPid, limits));
    }
  }

  static GuardContext context(Session session, RepairPlan plan, int backendPid, Limits limits)
      throws SQLException {
    return new GuardContext(session, ServerFacts.read(session), plan, backendPid, limits);
  }

  static RepairPlan rebuild(TestDatabase database, String table, String index, long bytes) {
    return Repairs.planFor(
            new Finding(
                    "IndexBloat",
                    Severity.WARNING,
                    Target.index(database.name(), "public", table, index),
                    "bloated",
                    Map.of("rebuiltBytes", Long.toString(bytes)))
                .fixedBy(ReindexConcurrently.TYPE))
        .orElseThrow();
  }

  static RepairPlan analyze(TestDatabase database, String table) {
    return Repairs.planFor(
            new Finding(
                    "StaleStatistics",
                    Severity.WARNING,
                    Target.table(database.name(), "public", table),
                    "stale",
                    Map.of())
                .fixedBy(Analyze.TYPE))
        .orElseThrow();
  }

  /** What touches no relation. */
  static RepairPlan setting() {
    return Repairs.planFor(
            new Finding(
                    "TempSpill",
                    Severity.WARNING,
                    Target.parameter("work_mem"),
                    "spills",
                    Map.of(SetParameter.VALUE, "8MB", SetParameter.REPLACED, "4MB"))
                .fixedBy(SetParameter.TYPE))
        .orElseThrow();
  }

  /** What touches no relation and takes disk space. */
  static RepairPlan moreLog(long bytes) {
    return Repairs.planFor(
            new Finding(
                    "CheckpointPressure",
                    Severity.WARNING,
                    Target.parameter("max_wal_size"),
                    "too little",
                    Map.of(
                        SetParameter.VALUE, "91GB", SetParameter.DISK_BYTES, Long.toString(bytes)))
                .fixedBy(SetParameter.TYPE))
        .orElseThrow();
  }

  /** Rebuilds many indexes, of no one relation. */
  static RepairPlan rebuildAll(TestDatabase database) {
    var plan = rebuild(database, "orders", "i", 1);
    return new RepairPlan(
        plan.type(),
        Target.database(database.name()),
        plan.steps(),
        plan.undo(),
        plan.risk(),
        plan.expected(),
        plan.diskBytes(),
        plan.buildsIndex());
  }

  static RepairPlan terminate() {
    return Repairs.planFor(
            new Finding(
                    "BlockingSession",
                    Severity.WARNING,
                    Target.object("session", "1"),
                    "blocks",
                    Map.of(TerminateBackend.BACKEND_START, "2026-01-01 00:00:00"))
                .fixedBy(TerminateBackend.TYPE))
        .orElseThrow();
  }

  static Answer.Hold hold(Answer answer) {
    return switch (answer) {
      case Answer.Hold hold -> hold;
      case Answer.Pass _ -> throw new AssertionError("It let the repair pass");
    };
  }
}
