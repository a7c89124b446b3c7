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
 * A new index is larger than anyone could tell beforehand, since its keys are as wide as the rows:
 * the guard lets it pass, and the disk is full before it is built.
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
    return "the disk fills up while an index is built";
  }

  @Override
  public Optional<String> impossible() {
    return SmallDisk.impossible();
  }

  @Override
  public TrialResult attempt(TrialEnvironment ground)
      throws IOException, SQLException, InterruptedException {
    var arena = ground.arena();
    try (var disk = SmallDisk.mount(ground.directory().resolve("disk"), DISK_MEGABYTES)) {
      arena.runAsSuperuser(
          "CREATE TABLESPACE h_small LOCATION '%s'".formatted(disk.directory()),
          "GRANT CREATE ON TABLESPACE h_small TO shop");
      arena.run(
          "CREATE TABLE h_parent (id text PRIMARY KEY)",
          """
          INSERT INTO h_parent
            SELECT (SELECT string_agg(md5((i * 100 + j)::text), '') FROM generate_series(1, 30) j)
              FROM generate_series(1, 20000) i
          """,
          "CREATE TABLE h_child (parent text REFERENCES h_parent)",
          "INSERT INTO h_child SELECT id FROM h_parent",
          "ANALYZE h_parent, h_child");
      arena.runAsSuperuser("ALTER DATABASE shop SET default_tablespace = h_small");
      try (var traffic = ground.traffic("SELECT count(*) FROM h_child");
          var care = ground.care(ground.carer(), Map.of())) {
        var end =
            care.await(action -> action.target().contains("h_child"), DiskFills::isOver, PATIENCE);
        arena.await("SELECT count(*) = 0 FROM pg_index WHERE NOT indisvalid");
        var free = disk.freeBytes();
        return TrialResult.of(OperatorUnderTest.shortly(end))
            .and(end.phase() != Phase.Succeeded, "the disk was not full")
            .and(free > (DISK_MEGABYTES - 1) * 1_000_000L, "only %d bytes are free".formatted(free))
            .and(
                end.reason().equals("DiskFull") || end.reason().equals("WaitingForDiskHeadroom"),
                "it does not say that the disk is full")
            .andNone(
                arena.texts("SELECT indexname FROM pg_indexes WHERE tablename = 'h_child'"), "left")
            .and(traffic.firstError().isEmpty(), "a statement failed: " + traffic.firstError());
      } finally {
        arena.runAsSuperuser("ALTER DATABASE shop RESET default_tablespace");
        arena.run("DROP TABLE h_child, h_parent");
        arena.runAsSuperuser("DROP TABLESPACE h_small");
      }
    }
  }

  /** Failed, or called off when the reserve was touched. */
  private static boolean isOver(Action action) {
    return action.phase().ended() || action.reason().equals("WaitingForDiskHeadroom");
  }
}
