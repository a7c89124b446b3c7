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
 * The process that rebuilds an index is killed, as the kernel does when memory is short: Postgres
 * then ends all sessions at once, recovers from its log, and has lost its counters.
 */
@AutoService(SafetyTrial.class)
public final class Crash implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** The reason for the rebuild, and what there is between the crash and its resumption. */
  private static final Set<String> EXPECTED = Set.of("IndexBloat", "InvalidIndex");

  /** It waits for our transaction to end. */
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
    return "the server crashes while an index is rebuilt, and loses its counters";
  }

  @Override
  public TrialResult attempt(TrialEnvironment ground)
      throws IOException, SQLException, InterruptedException {
    var arena = ground.arena();
    arena.run(
        "CREATE TABLE h_crash (id int, note text)",
        "INSERT INTO h_crash SELECT i, 'n' FROM generate_series(1, 200000) i",
        "CREATE INDEX h_crash_id ON h_crash (id)",
        "DELETE FROM h_crash WHERE id % 10 <> 0",
        "VACUUM (ANALYZE) h_crash");
    try (var care = ground.care(ground.carer(), Map.of("IndexBloat.minSavingBytes", "1MB"))) {
      try (var other = arena.connect()) {
        TargetServer.execute(other, "BEGIN", "UPDATE h_crash SET id = id WHERE id = 10");
        arena.await("SELECT count(*) > 0 " + REBUILD);
        ground.closeShop();
        crash(arena);
      }
      var left = Leftovers.of(arena);
      var end = care.awaitEnd(action -> action.type().equals("ReindexConcurrently"), PATIENCE);
      var others =
          care.found().stream()
              .filter(finding -> !finding.severity().equals("info"))
              .filter(finding -> !EXPECTED.contains(finding.detector()))
              .map(finding -> finding.detector() + " " + finding.target())
              .toList();
      var proof =
          TrialResult.of(
                  "after the crash there was %s; %s"
                      .formatted(left, OperatorUnderTest.shortly(end)))
              .and(!left.isEmpty(), "the rebuild was not in its midst")
              .and(end.phase() == Phase.Succeeded, "it was not taken up again")
              .and(
                  arena.isTrue("SELECT pg_relation_size('public.h_crash_id') < 2000000"),
                  "the index was not rebuilt")
              .andNone(Leftovers.of(arena), "left")
              .and(
                  care.last(action -> action.detector().equals("InvalidIndex")).isEmpty(),
                  "what it had half made was taken for another's")
              .andNone(others, "found, though there is nothing");
      return ground.compare(proof, arena.owner());
    }
  }

  /** Returns when the server answers again. */
  private static void crash(TargetServer arena) throws SQLException {
    var pids = arena.texts("SELECT pid" + REBUILD);
    for (var pid : pids) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
    // Who crashed does not leave the list by itself.
    var recovered =
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid IN (%s)"
            .formatted(String.join(",", pids));
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!isTrueIfItAnswers(arena, recovered)) {
      if (System.nanoTime() > end) {
        throw new SQLException("The server did not recover within " + PATIENCE);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private static boolean isTrueIfItAnswers(TargetServer arena, String query) {
    try {
      return arena.isTrue(query);
    } catch (SQLException e) {
      return false;
    }
  }
}
