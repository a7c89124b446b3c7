// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.Map;

/** A setting that the policy pins was changed manually. */
@AutoService(Fault.class)
public final class SettingDrift implements Fault {
  @Override
  public String detector() {
    return "SettingDrift";
  }

  @Override
  public String target() {
    return "vacuum_cost_limit";
  }

  @Override
  public Map<String, String> pinned() {
    return Map.of("vacuum_cost_limit", "200");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.runAsSuperuser("ALTER SYSTEM SET vacuum_cost_limit = 150", "SELECT pg_reload_conf()");
    server.await("SELECT current_setting('vacuum_cost_limit') = '150'");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT current_setting('vacuum_cost_limit') = '200'");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.runAsSuperuser("ALTER SYSTEM RESET vacuum_cost_limit", "SELECT pg_reload_conf()");
  }
}
