package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.OperatorUnderTest;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.TargetServer;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.Phase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An administrator ends all of pgmend's connections while it builds indexes, again and again. */
@AutoService(SafetyTrial.class)
public final class CutConnection implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A third time would be one too many: it gives up then, and says so. */
  private static final int CUTS = 2;

  /** Its statement, or what cleans up after that, waits for our transaction to end. */
  private static final String AT_WORK =
      """
       FROM pg_stat_activity
       WHERE application_name ~ '^pgmend/[0-9a-f-]{36}$' AND wait_event_type = 'Lock'
      """;

  @Override
  public String name() {
    return "CutConnection";
  }

  @Override
  public String tried() {
    return "its connections are ended twice while it rebuilds an index, twice while it builds one";
  }

  @Override
  public TrialResult attempt(TrialEnvironment ground)
      throws IOException, SQLException, InterruptedException {
    var arena = ground.arena();
    arena.run(
        "CREATE TABLE h_cut (id int, note text)",
        "INSERT INTO h_cut SELECT i, 'n' FROM generate_series(1, 200000) i",
        "CREATE INDEX h_cut_id ON h_cut (id)",
        "DELETE FROM h_cut WHERE id % 10 <> 0",
        "VACUUM (ANALYZE) h_cut");
    try (var traffic = ground.traffic("SELECT note FROM h_cut WHERE id = 10");
        var care =
            ground.care(
                ground.carer(),
                Map.of(
                    "IndexBloat.minSavingBytes", "1MB",
                    "MissingForeignKeyIndex.minTableBytes", "1MB"))) {
      var cuts = new ArrayList<>(cut(arena, "h_cut"));
      var rebuilt = care.awaitEnd(action -> isOf(action, "h_cut"), PATIENCE);
      ForeignKey.withoutIndex(arena);
      cuts.addAll(cut(arena, ForeignKey.CHILD));
      var built = care.awaitEnd(action -> isOf(action, ForeignKey.CHILD), PATIENCE);
      return TrialResult.of(
              "cut in %s; %s; %s"
                  .formatted(
                      String.join(", ", cuts),
                      OperatorUnderTest.shortly(rebuilt),
                      OperatorUnderTest.shortly(built)))
          .and(rebuilt.phase() == Phase.Succeeded, "the rebuild was not resumed")
          .and(built.phase() == Phase.Succeeded, "the build was not resumed")
          .and(
              arena.isTrue("SELECT pg_relation_size('public.h_cut_id') < 2000000"),
              "the index was not rebuilt")
          .and(
              care.last(action -> action.detector().equals("InvalidIndex")).isEmpty(),
              "what it had half made was taken for another's")
          .and(ForeignKey.hasOneIndex(arena), "the index was not built once")
          .andNone(Leftovers.of(arena), "left")
          .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
    }
  }

  /**
   * Keeps a build waiting behind a transaction, so that it is cut in its midst.
   *
   * @return the beginnings of the statements that were cut
   */
  private static List<String> cut(TargetServer arena, String table) throws SQLException {
    var cut = new ArrayList<String>();
    try (var other = arena.connect()) {
      TargetServer.execute(other, "BEGIN", "UPDATE %s SET id = id WHERE id = 10".formatted(table));
      for (int i = 0; i < CUTS; i++) {
        arena.await("SELECT count(*) > 0 " + AT_WORK);
        cut.addAll(
            arena.texts("SELECT substring(query FROM '[A-Z]+ INDEX CONCURRENTLY')" + AT_WORK));
        var pids =
            arena.texts(
                "SELECT pid FROM pg_stat_activity"
                    + " WHERE application_name LIKE 'pgmend/%' AND pg_terminate_backend(pid)");
        // It ends a moment after it was told to; until then it would be cut once more.
        arena.await(
            "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid IN (%s)"
                .formatted(String.join(",", pids)));
      }
      TargetServer.execute(other, "ROLLBACK");
    }
    return cut;
  }

  /** Not of what an inspection found while the build was cut off. */
  private static boolean isOf(Action action, String table) {
    return action.target().contains("." + table + "(") && !action.detector().equals("InvalidIndex");
  }
}
