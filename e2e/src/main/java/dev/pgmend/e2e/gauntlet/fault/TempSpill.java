// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.Map;

/** A report that runs repeatedly sorts a little more than work_mem holds. */
@AutoService(Fault.class)
public final class TempSpill implements Fault {
  private static final String REPORT =
      "SELECT count(*) FROM (SELECT i FROM generate_series(1, 60000) i ORDER BY md5(i::text)) s";

  @Override
  public String detector() {
    return "TempSpill";
  }

  @Override
  public String target() {
    return "work_mem";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("TempSpill.minWindow", "4s", "TempSpill.maxWindow", "120s");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    for (int i = 0; i < 25; i++) {
      server.run(REPORT);
    }
  }

  /** Uses a new connection, which has the database's current settings. */
  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT pg_size_bytes(current_setting('work_mem')) > 4 * 1024 * 1024");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.runAsSuperuser("ALTER DATABASE shop RESET work_mem");
  }
}
