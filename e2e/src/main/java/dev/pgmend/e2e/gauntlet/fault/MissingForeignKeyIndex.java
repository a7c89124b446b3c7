// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** A foreign key was added without an index for its checks. */
@AutoService(Fault.class)
public final class MissingForeignKeyIndex implements Fault {
  @Override
  public String detector() {
    return "MissingForeignKeyIndex";
  }

  @Override
  public String target() {
    return "public.g_child(parent_id)";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("MissingForeignKeyIndex.minTableSize", "2Mi");
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_parent (id int PRIMARY KEY)",
        "INSERT INTO g_parent SELECT generate_series(1, 500)",
        "CREATE TABLE g_child (id int, parent_id int)",
        "INSERT INTO g_child SELECT i, 1 + i % 500 FROM generate_series(1, 100000) i",
        "ANALYZE g_parent",
        "ANALYZE g_child");
  }

  @Override
  public List<String> traffic() {
    return List.of("SELECT count(*) FROM g_child WHERE parent_id = 7");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("ALTER TABLE g_child ADD FOREIGN KEY (parent_id) REFERENCES g_parent");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT bool_or(indisvalid) FROM pg_index WHERE indrelid = 'public.g_child'::regclass");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_child, g_parent");
  }
}
