// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.Standby;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A standby receives WAL and does not replay it. */
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
    return Map.of("ReplicaLag.warnWalBehind", "40Mi");
  }

  @Override
  public boolean repairable() {
    return false;
  }

  @Override
  public boolean disturbs() {
    return true;
  }

  @Override
  public Optional<String> impossible(TargetServer server) {
    return server.withoutFiles();
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    standby = server.standby("g_standby");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    if (standby != null) {
      standby.pauseReplay();
    }
    server.run(
        "CREATE TABLE g_sent AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 60000)",
        "DROP TABLE g_sent");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT count(*) = 0 FROM pg_stat_replication");
  }

  @Override
  public void cleanUp(TargetServer server) {
    if (standby != null) {
      standby.close();
    }
  }
}
