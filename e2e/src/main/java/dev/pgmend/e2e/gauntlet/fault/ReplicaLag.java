package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.Standby;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A standby takes in the log and does not replay it. */
@AutoService(Fault.class)
public final class ReplicaLag implements Fault {
  private @Nullable Standby standby;

  @Override
  public String detector() {
    return "ReplicaLag";
  }

  @Override
  public String target() {
    return "standby g_standby";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("ReplicaLag.warnBytes", "40MB");
  }

  @Override
  public boolean mendable() {
    return false;
  }

  @Override
  public boolean disturbs() {
    return true;
  }

  @Override
  public Optional<String> impossible(TargetServer arena) {
    return arena.withoutFiles();
  }

  @Override
  public void prepare(TargetServer arena) throws SQLException {
    standby = arena.standby("g_standby");
  }

  @Override
  public void inject(TargetServer arena) throws SQLException {
    if (standby != null) {
      standby.standStill();
    }
    arena.run(
        "CREATE TABLE g_sent AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 60000)",
        "DROP TABLE g_sent");
  }

  @Override
  public boolean isGone(TargetServer arena) throws SQLException {
    return arena.isTrue("SELECT count(*) = 0 FROM pg_stat_replication");
  }

  @Override
  public void cleanUp(TargetServer arena) {
    if (standby != null) {
      standby.close();
    }
  }
}
