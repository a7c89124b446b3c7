// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Autovacuum was turned off for a bulk load and not turned on again. */
@AutoService(Fault.class)
public final class AutovacuumLag implements Fault {
  @Override
  public String detector() {
    return "AutovacuumLag";
  }

  @Override
  public String target() {
    return "public.g_forsaken";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("AutovacuumLag.minDeadRows", "20000");
  }

  /** Without autovacuum the table is not analyzed either. */
  @Override
  public Set<String> comesWith() {
    return Set.of("StaleStatistics");
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_forsaken (id int, n int) WITH (autovacuum_enabled = off)",
        "INSERT INTO g_forsaken SELECT i, 0 FROM generate_series(1, 100000) i",
        "VACUUM ANALYZE g_forsaken");
  }

  @Override
  public List<String> traffic() {
    return List.of("SELECT count(*) FROM g_forsaken WHERE n = 1");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("UPDATE g_forsaken SET n = 1 WHERE id <= 40000");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        """
        SELECT n_dead_tup < 1000 AND 'autovacuum_enabled=true' = ANY (c.reloptions)
          FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
         WHERE s.relname = 'g_forsaken'
        """);
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_forsaken");
  }
}
