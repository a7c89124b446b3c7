// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** The collation library was upgraded after an index had been built with it. */
@AutoService(Fault.class)
public final class CollationDrift implements Fault {
  @Override
  public String detector() {
    return "CollationDrift";
  }

  @Override
  public String target() {
    return "g_order";
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE COLLATION g_order (provider = icu, locale = 'de')",
        "CREATE TABLE g_names (id int PRIMARY KEY, name text COLLATE g_order)",
        "INSERT INTO g_names SELECT i, md5(i::text) FROM generate_series(1, 20000) i",
        "CREATE INDEX g_names_name ON g_names (name)",
        "ANALYZE g_names");
  }

  @Override
  public List<String> traffic() {
    return List.of("SELECT name FROM g_names WHERE name = md5('77')");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.runAsSuperuser("UPDATE pg_collation SET collversion = '1' WHERE collname = 'g_order'");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT collversion = pg_collation_actual_version(oid) FROM pg_collation"
            + " WHERE collname = 'g_order'");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_names", "DROP COLLATION IF EXISTS g_order");
  }
}
