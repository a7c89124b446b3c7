package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.Map;

/** A report that sorts a little more than work_mem holds, again and again. */
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
    return Map.of("TempSpill.minSeconds", "4", "TempSpill.windowSeconds", "120");
  }

  @Override
  public void inject(TargetServer arena) throws SQLException {
    for (int i = 0; i < 25; i++) {
      arena.run(REPORT);
    }
  }

  /** Asked over a new connection, for which the database's own setting holds. */
  @Override
  public boolean isGone(TargetServer arena) throws SQLException {
    return arena.isTrue("SELECT pg_size_bytes(current_setting('work_mem')) > 4 * 1024 * 1024");
  }

  @Override
  public void cleanUp(TargetServer arena) throws SQLException {
    arena.runAsSuperuser("ALTER DATABASE shop RESET work_mem");
  }
}
