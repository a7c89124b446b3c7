// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** Two teams created the same index. */
@AutoService(Fault.class)
public final class DuplicateIndex implements Fault {
  @Override
  public String detector() {
    return "DuplicateIndex";
  }

  @Override
  public String target() {
    return "public.g_twins(";
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_twins (id int, at timestamptz)",
        "INSERT INTO g_twins SELECT i, now() FROM generate_series(1, 100000) i",
        "CREATE INDEX g_twins_first ON g_twins (id)",
        "ANALYZE g_twins");
  }

  @Override
  public List<String> traffic() {
    return List.of(
        "UPDATE g_twins SET at = now() WHERE id = 5", "SELECT at FROM g_twins WHERE id = 5");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("CREATE INDEX g_twins_second ON g_twins (id)");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT count(*) = 1 FROM pg_index WHERE indrelid = 'public.g_twins'::regclass");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_twins");
  }
}
