// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.OperatorUnderTest;
import dev.pgmend.e2e.gauntlet.SafetyTrial;
import dev.pgmend.e2e.gauntlet.SmallDisk;
import dev.pgmend.e2e.gauntlet.TrialEnvironment;
import dev.pgmend.e2e.gauntlet.TrialResult;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.Action;
import dev.pgmend.e2e.testbed.operator.Phase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * An index is larger than its estimate, because its keys are as wide as the rows. The guard lets
 * the build start, and the disk fills up during the build.
 */
@AutoService(SafetyTrial.class)
public final class DiskFills implements SafetyTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int DISK_MEGABYTES = 16;

  @Override
  public String name() {
    return "DiskFills";
  }

  @Override
  public String tried() {
    return "the disk fills up during an index build";
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
          "CREATE TABLE h_parent (id text PRIMARY KEY)",
          """
          INSERT INTO h_parent
            SELECT (SELECT string_agg(md5((i * 100 + j)::text), '') FROM generate_series(1, 30) j)
              FROM generate_series(1, 20000) i
          """,
          "CREATE TABLE h_child (parent text REFERENCES h_parent)",
          "INSERT INTO h_child SELECT id FROM h_parent",
          "ANALYZE h_parent, h_child");
      server.runAsSuperuser("ALTER DATABASE shop SET default_tablespace = h_small");
      try (var traffic = environment.traffic("SELECT count(*) FROM h_child");
          var operator = environment.startOperator(environment.operatorLogin(), Map.of())) {
        var end =
            operator.await(
                action -> action.target().contains("h_child"), DiskFills::isOver, PATIENCE);
        server.await("SELECT count(*) = 0 FROM pg_index WHERE NOT indisvalid");
        var free = disk.freeBytes();
        return TrialResult.of(OperatorUnderTest.shortly(end))
            .and(end.phase() != Phase.Succeeded, "the disk was not full")
            .and(free > (DISK_MEGABYTES - 1) * 1_000_000L, "only %d bytes are free".formatted(free))
            .and(
                end.reason().equals("DiskFull") || end.reason().equals("WaitingForDiskHeadroom"),
                "the reason does not name the disk")
            .andNone(
                server.texts("SELECT indexname FROM pg_indexes WHERE tablename = 'h_child'"),
                "left behind")
            .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
      } finally {
        server.runAsSuperuser("ALTER DATABASE shop RESET default_tablespace");
        server.run("DROP TABLE h_child, h_parent");
        server.runAsSuperuser("DROP TABLESPACE h_small");
      }
    }
  }

  /** Failed, or cancelled because the reserve was reached. */
  private static boolean isOver(Action action) {
    return action.phase().ended() || action.reason().equals("WaitingForDiskHeadroom");
  }
}
