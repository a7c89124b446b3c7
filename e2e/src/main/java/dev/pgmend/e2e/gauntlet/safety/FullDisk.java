// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.OperatorUnderTest;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.SmallDisk;
import dev.pgmend.e2e.gauntlet.TargetServer;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.Phase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The disk of an index has no room for a second one, so its rebuild must wait. */
@AutoService(SafetyTrial.class)
public final class FullDisk implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int DISK_MEGABYTES = 24;
  private static final long LEFT_FREE = 600_000;

  @Override
  public String name() {
    return "FullDisk";
  }

  @Override
  public String tried() {
    return "an index needs a rebuild on a disk without room for it";
  }

  @Override
  public Optional<String> impossible() {
    return SmallDisk.impossible();
  }

  @Override
  public TrialResult attempt(TrialEnvironment environment)
      throws IOException, SQLException, InterruptedException {
    var server = environment.server();
    try (var disk = SmallDisk.mount(environment.directory().resolve("disk"), DISK_MEGABYTES)) {
      server.runAsSuperuser(
          "CREATE TABLESPACE h_small LOCATION '%s'".formatted(disk.directory()),
          "GRANT CREATE ON TABLESPACE h_small TO shop");
      server.run(
          "CREATE TABLE h_bloated (id int, note text)",
          "INSERT INTO h_bloated SELECT i, 'n' FROM generate_series(1, 400000) i",
          "CREATE INDEX h_bloated_id ON h_bloated (id) TABLESPACE h_small",
          "DELETE FROM h_bloated WHERE id % 10 <> 0",
          "VACUUM (ANALYZE) h_bloated");
      disk.leaveFree(LEFT_FREE);
      var before = index(server);
      try (var traffic =
              environment.traffic(
                  "SELECT note FROM h_bloated WHERE id = 10",
                  "UPDATE h_bloated SET note = 'm' WHERE id = 20");
          var operator =
              environment.startOperator(
                  environment.operatorLogin(), Map.of("IndexBloat.minSaving", "1Mi"))) {
        Predicate<Action> rebuild = action -> action.target().contains("h_bloated_id");
        var held = operator.await(rebuild, FullDisk::isHeld, PATIENCE);
        var meanwhile = index(server);
        disk.empty();
        var end = operator.awaitEnd(rebuild, PATIENCE);
        return TrialResult.of(
                "held: %s; after space was freed: %s"
                    .formatted(held.message(), OperatorUnderTest.shortly(end)))
            .and(meanwhile.equals(before), "the index changed before there was room")
            .and(end.phase() == Phase.Succeeded, "the index was not rebuilt when there was room")
            .andNone(Leftovers.of(server), "left behind")
            .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
      } finally {
        server.run("DROP TABLE h_bloated");
        server.runAsSuperuser("DROP TABLESPACE h_small");
      }
    }
  }

  private static boolean isHeld(Action action) {
    return action.reason().equals("WaitingForDiskHeadroom") || action.phase().ended();
  }

  private static List<String> index(TargetServer server) throws SQLException {
    return server.texts("SELECT pg_relation_filepath('public.h_bloated_id')");
  }
}
