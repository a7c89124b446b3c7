// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.Map;

/** The configuration is for a server with a fraction of this one's memory. */
@AutoService(Fault.class)
public final class SettingMismatch implements Fault {
  @Override
  public String detector() {
    return "SettingMismatch";
  }

  @Override
  public String target() {
    return "effective_cache_size";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("SettingMismatch.minDataSize", "10Mi");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.runAsSuperuser(
        "ALTER SYSTEM SET effective_cache_size = '8MB'", "SELECT pg_reload_conf()");
    server.await("SELECT current_setting('effective_cache_size') = '8MB'");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT pg_size_bytes(current_setting('effective_cache_size')) > 100 * 1024 * 1024");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.runAsSuperuser("ALTER SYSTEM RESET effective_cache_size", "SELECT pg_reload_conf()");
  }
}
