// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Most rows were deleted, and the table's storage parameters prevent autovacuum. */
@AutoService(Fault.class)
public final class TableBloat implements Fault {
  @Override
  public String detector() {
    return "TableBloat";
  }

  @Override
  public String target() {
    return "public.g_dead";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("TableBloat.minWasted", "2Mi");
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        // Prevents autovacuum for dead rows and for new rows.
        "CREATE TABLE g_dead (id int, note text) WITH (autovacuum_vacuum_threshold = 1000000,"
            + " autovacuum_vacuum_insert_threshold = -1)",
        "INSERT INTO g_dead SELECT i, repeat('x', 100) FROM generate_series(1, 60000) i",
        "ANALYZE g_dead");
  }

  /** Reads one page only: a scan of the whole table would prune its pages. */
  @Override
  public List<String> traffic() {
    return List.of("SELECT note FROM g_dead WHERE ctid = '(0,10)'");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("DELETE FROM g_dead WHERE id % 10 <> 0", "ANALYZE g_dead");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT dead_tuple_percent < 5 FROM pgstattuple_approx('public.g_dead'::regclass)");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_dead");
  }
}
