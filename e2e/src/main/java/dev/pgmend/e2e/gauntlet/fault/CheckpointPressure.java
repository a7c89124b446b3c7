// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.Map;

/** A bulk load writes more WAL than max_wal_size allows for. */
@AutoService(Fault.class)
public final class CheckpointPressure implements Fault {
  @Override
  public String detector() {
    return "CheckpointPressure";
  }

  @Override
  public String target() {
    return "max_wal_size";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of(
        "CheckpointPressure.minWindow", "4s",
        "CheckpointPressure.maxWindow", "30s",
        "CheckpointPressure.minRequested", "2");
  }

  @Override
  public boolean disturbs() {
    return true;
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.runAsSuperuser(
        "ALTER SYSTEM SET min_wal_size = '32MB'",
        "ALTER SYSTEM SET max_wal_size = '64MB'",
        "SELECT pg_reload_conf()");
    server.await("SELECT current_setting('max_wal_size') = '64MB'");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    for (int i = 0; i < 6; i++) {
      server.run(
          "CREATE TABLE g_log AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 50000)",
          "DROP TABLE g_log");
    }
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT pg_size_bytes(current_setting('max_wal_size')) >= 1000000000");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.runAsSuperuser(
        "ALTER SYSTEM RESET min_wal_size",
        "ALTER SYSTEM RESET max_wal_size",
        "SELECT pg_reload_conf()");
  }
}
