// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** All rows of a table changed, and autovacuum is off for it. */
@AutoService(Fault.class)
public final class StaleStatistics implements Fault {
  @Override
  public String detector() {
    return "StaleStatistics";
  }

  @Override
  public String target() {
    return "public.g_stale";
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_stale (id int, state text) WITH (autovacuum_enabled = off)",
        "INSERT INTO g_stale SELECT i, 'new' FROM generate_series(1, 5000) i");
    server.run("ANALYZE g_stale");
  }

  @Override
  public List<String> traffic() {
    return List.of("SELECT count(*) FROM g_stale WHERE state = 'new'");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("UPDATE g_stale SET state = 'done' WHERE id <= 4000");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT n_mod_since_analyze < 100 FROM pg_stat_user_tables WHERE relname = 'g_stale'");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_stale");
  }
}
