// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.OperatorUnderTest;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.TargetServer;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Finding;
import dev.pgmend.e2e.testbed.operator.Phase;
import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.e2e.testbed.shop.ShopDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The role of pgmend can read statistics but owns nothing. pgmend must report what it cannot see,
 * find the rest, and fail before it changes anything.
 */
@AutoService(SafetyTrial.class)
public final class MissingRights implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ROLE = "h_reader";

  /** Expected repairs, by table. */
  private static final Map<String, String> REPAIRS =
      Map.of(
          "h_twins", "DropIndexConcurrently",
          "h_keys", "CreateIndexConcurrently",
          "h_stale", "Analyze",
          "h_dead", "TuneAutovacuum");

  @Override
  public String name() {
    return "MissingRights";
  }

  @Override
  public String tried() {
    return "a role that can read statistics and owns nothing";
  }

  @Override
  public TrialResult attempt(TrialEnvironment environment)
      throws IOException, SQLException, InterruptedException {
    var server = environment.server();
    var reader = reader(server);
    createFaults(server);
    var before = catalog(server);
    try (var operator =
        environment.startOperator(
            reader,
            Map.of(
                "DuplicateIndex.minSize", "100Ki",
                "MissingForeignKeyIndex.minTableSize", "1Mi"))) {
      var result = TrialResult.of("");
      for (var entry : REPAIRS.entrySet()) {
        var end =
            operator.awaitEnd(
                action ->
                    action.type().equals(entry.getValue())
                        && action.target().contains("." + entry.getKey()),
                PATIENCE);
        result = result.and(failedForMissingPrivileges(end), OperatorUnderTest.shortly(end));
      }
      var unseen =
          operator.findings().stream()
              .filter(MissingRights::isAboutMissingPrivileges)
              .map(finding -> finding.detector() + " of " + finding.target())
              .toList();
      return new TrialResult(
              "%d repairs failed because of missing privileges; not seen: %s"
                  .formatted(REPAIRS.size(), String.join(", ", unseen)),
              result.failures())
          .and(!unseen.isEmpty(), "no detector reported that it failed")
          .and(catalog(server).equals(before), "the catalog changed")
          .andNone(Leftovers.of(server), "left behind");
    }
  }

  private static boolean isAboutMissingPrivileges(Finding finding) {
    return finding.detector().equals("DetectorFailed")
        || finding.target().startsWith("right ")
        || finding.target().startsWith("privilege ");
  }

  private static boolean failedForMissingPrivileges(Action end) {
    return end.phase() == Phase.Failed
        && end.reason().equals("MissingRights")
        && end.message().contains("must own");
  }

  private static void createFaults(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE h_twins (id int)",
        "INSERT INTO h_twins SELECT generate_series(1, 20000)",
        "CREATE INDEX h_twins_1 ON h_twins (id)",
        "CREATE INDEX h_twins_2 ON h_twins (id)",
        "CREATE TABLE h_parent (id int PRIMARY KEY)",
        "INSERT INTO h_parent SELECT generate_series(1, 1000)",
        "CREATE TABLE h_keys (id int, parent int REFERENCES h_parent)",
        "INSERT INTO h_keys SELECT i, 1 + i % 1000 FROM generate_series(1, 50000) i",
        "CREATE TABLE h_dead (id int, text text) WITH (autovacuum_enabled = off)",
        "INSERT INTO h_dead SELECT i, repeat('x', 200) FROM generate_series(1, 50000) i",
        "DELETE FROM h_dead WHERE id % 10 <> 0",
        "ANALYZE h_twins, h_parent, h_keys, h_dead",
        "CREATE TABLE h_stale (id int) WITH (autovacuum_enabled = off)",
        "INSERT INTO h_stale SELECT generate_series(1, 50000)");
  }

  private static Login reader(TargetServer server) throws SQLException {
    var password = ShopDatabase.newPassword();
    server.runAsSuperuser(
        "CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE pg_read_all_stats, pg_read_all_settings"
            .formatted(ROLE, password));
    var owner = server.owner();
    return new Login(owner.host(), owner.port(), owner.database(), ROLE, password);
  }

  /** All indexes, and the times of the last manual maintenance. */
  private static List<String> catalog(TargetServer server) throws SQLException {
    return server.texts(
        """
        SELECT indexdef FROM pg_indexes
        UNION ALL
        SELECT format('%s %s %s', relid, vacuum_count, analyze_count) FROM pg_stat_user_tables
         ORDER BY 1
        """);
  }
}
