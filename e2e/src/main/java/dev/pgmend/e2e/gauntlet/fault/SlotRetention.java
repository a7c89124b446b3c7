// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.Map;

/** A standby was removed, but its replication slot was not. */
@AutoService(Fault.class)
public final class SlotRetention implements Fault {
  @Override
  public String detector() {
    return "SlotRetention";
  }

  @Override
  public String target() {
    return "slot g_forgotten";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("SlotRetention.minInactiveRetained", "40Mi");
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
  public void inject(TargetServer server) throws SQLException {
    server.runAsSuperuser("SELECT pg_create_physical_replication_slot('g_forgotten', true)");
    server.run(
        "CREATE TABLE g_log AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 60000)",
        "DROP TABLE g_log");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT count(*) = 0 FROM pg_replication_slots WHERE slot_name = 'g_forgotten'");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.runAsSuperuser(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            + " WHERE slot_name = 'g_forgotten'");
  }
}
