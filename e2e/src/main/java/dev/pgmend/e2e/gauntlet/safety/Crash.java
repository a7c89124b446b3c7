// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.OperatorUnderTest;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.TargetServer;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.e2e.testbed.operator.Phase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that rebuilds an index is killed, as by the kernel's OOM killer. Postgres ends all
 * sessions, recovers from its WAL, and loses its statistics.
 */
@AutoService(SafetyTrial.class)
public final class Crash implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** The findings that cause the rebuild, and that exist until it resumes. */
  private static final Set<String> EXPECTED = Set.of("IndexBloat", "InvalidIndex");

  /** The rebuild, while it waits for our transaction. */
  private static final String REBUILD =
      """
       FROM pg_stat_activity
       WHERE application_name LIKE 'pgmend/%' AND wait_event_type = 'Lock'
         AND query LIKE '%REINDEX%CONCURRENTLY%'
      """;

  @Override
  public String name() {
    return "Crash";
  }

  @Override
  public String tried() {
    return "the server crashes during an index rebuild and loses its statistics";
  }

  @Override
  public TrialResult attempt(TrialEnvironment environment)
      throws IOException, SQLException, InterruptedException {
    var server = environment.server();
    server.run(
        "CREATE TABLE h_crash (id int, note text)",
        "INSERT INTO h_crash SELECT i, 'n' FROM generate_series(1, 200000) i",
        "CREATE INDEX h_crash_id ON h_crash (id)",
        "DELETE FROM h_crash WHERE id % 10 <> 0",
        "VACUUM (ANALYZE) h_crash");
    try (var operator =
        environment.startOperator(
            environment.operatorLogin(), Map.of("IndexBloat.minSaving", "1Mi"))) {
      try (var other = server.connect()) {
        TargetServer.execute(other, "BEGIN", "UPDATE h_crash SET id = id WHERE id = 10");
        server.await("SELECT count(*) > 0 " + REBUILD);
        environment.closeShop();
        crash(server);
      }
      var incomplete = Leftovers.of(server);
      var end = operator.awaitEnd(action -> action.type().equals("ReindexConcurrently"), PATIENCE);
      var others =
          operator.findings().stream()
              .filter(finding -> !finding.severity().equals("info"))
              .filter(finding -> !EXPECTED.contains(finding.detector()))
              .map(finding -> finding.detector() + " " + finding.target())
              .toList();
      var result =
          TrialResult.of(
                  "after the crash there was %s; %s"
                      .formatted(incomplete, OperatorUnderTest.shortly(end)))
              .and(!incomplete.isEmpty(), "the crash did not interrupt the rebuild")
              .and(end.phase() == Phase.Succeeded, "the rebuild did not resume")
              .and(
                  server.isTrue("SELECT pg_relation_size('public.h_crash_id') < 2000000"),
                  "the index was not rebuilt")
              .andNone(Leftovers.of(server), "left behind")
              .and(
                  operator.last(action -> action.detector().equals("InvalidIndex")).isEmpty(),
                  "its own incomplete index was proposed to another repair")
              .andNone(others, "unexpected findings");
      return environment.compare(result, server.owner());
    }
  }

  /** Kills the process, and returns when the server accepts connections again. */
  private static void crash(TargetServer server) throws SQLException {
    var pids = server.texts("SELECT pid" + REBUILD);
    for (var pid : pids) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
    // A killed process stays in pg_stat_activity until the server has recovered.
    var recovered =
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid IN (%s)"
            .formatted(String.join(",", pids));
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!isTrueIfItAnswers(server, recovered)) {
      if (System.nanoTime() > end) {
        throw new SQLException("the server did not recover within " + PATIENCE);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private static boolean isTrueIfItAnswers(TargetServer server, String query) {
    try {
      return server.isTrue(query);
    } catch (SQLException e) {
      return false;
    }
  }
}
