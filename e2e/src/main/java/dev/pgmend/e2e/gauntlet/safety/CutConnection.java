// SPDX-License-Identifier: Apache-2.0
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

/** All of pgmend's connections are terminated repeatedly while it builds indexes. */
@AutoService(SafetyTrial.class)
public final class CutConnection implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** After a third time pgmend would give up. */
  private static final int CUTS = 2;

  /** The build, or its cleanup, while it waits for our transaction. */
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
    return "connections are terminated twice during an index rebuild and twice during an index build";
  }

  @Override
  public TrialResult attempt(TrialEnvironment environment)
      throws IOException, SQLException, InterruptedException {
    var server = environment.server();
    server.run(
        "CREATE TABLE h_cut (id int, note text)",
        "INSERT INTO h_cut SELECT i, 'n' FROM generate_series(1, 200000) i",
        "CREATE INDEX h_cut_id ON h_cut (id)",
        "DELETE FROM h_cut WHERE id % 10 <> 0",
        "VACUUM (ANALYZE) h_cut");
    try (var traffic = environment.traffic("SELECT note FROM h_cut WHERE id = 10");
        var operator =
            environment.startOperator(
                environment.operatorLogin(),
                Map.of(
                    "IndexBloat.minSaving", "1Mi",
                    "MissingForeignKeyIndex.minTableSize", "1Mi"))) {
      var cuts = new ArrayList<>(cut(server, "h_cut"));
      var rebuilt = operator.awaitEnd(action -> isOf(action, "h_cut"), PATIENCE);
      ForeignKey.withoutIndex(server);
      cuts.addAll(cut(server, ForeignKey.CHILD));
      var built = operator.awaitEnd(action -> isOf(action, ForeignKey.CHILD), PATIENCE);
      return TrialResult.of(
              "terminated in %s; %s; %s"
                  .formatted(
                      String.join(", ", cuts),
                      OperatorUnderTest.shortly(rebuilt),
                      OperatorUnderTest.shortly(built)))
          .and(rebuilt.phase() == Phase.Succeeded, "the rebuild was not resumed")
          .and(built.phase() == Phase.Succeeded, "the build was not resumed")
          .and(
              server.isTrue("SELECT pg_relation_size('public.h_cut_id') < 2000000"),
              "the index was not rebuilt")
          .and(
              operator.last(action -> action.detector().equals("InvalidIndex")).isEmpty(),
              "its own incomplete index was proposed to another repair")
          .and(ForeignKey.hasOneIndex(server), "there is not exactly one valid index")
          .andNone(Leftovers.of(server), "left behind")
          .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
    }
  }

  /**
   * Lets a build wait for a transaction, and terminates it there.
   *
   * @return the first words of the statements that were terminated
   */
  private static List<String> cut(TargetServer server, String table) throws SQLException {
    var cut = new ArrayList<String>();
    try (var other = server.connect()) {
      TargetServer.execute(other, "BEGIN", "UPDATE %s SET id = id WHERE id = 10".formatted(table));
      for (int i = 0; i < CUTS; i++) {
        server.await("SELECT count(*) > 0 " + AT_WORK);
        cut.addAll(
            server.texts("SELECT substring(query FROM '[A-Z]+ INDEX CONCURRENTLY')" + AT_WORK));
        var pids =
            server.texts(
                "SELECT pid FROM pg_stat_activity"
                    + " WHERE application_name LIKE 'pgmend/%' AND pg_terminate_backend(pid)");
        // A backend ends shortly after the signal; wait for it, so that it is not counted twice.
        server.await(
            "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid IN (%s)"
                .formatted(String.join(",", pids)));
      }
      TargetServer.execute(other, "ROLLBACK");
    }
    return cut;
  }

  /** Ignores findings about the interrupted build. */
  private static boolean isOf(Action action, String table) {
    return action.target().contains("." + table + "(") && !action.detector().equals("InvalidIndex");
  }
}
