// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Most rows were deleted, and the index keeps their pages. */
@AutoService(Fault.class)
public final class IndexBloat implements Fault {
  @Override
  public String detector() {
    return "IndexBloat";
  }

  @Override
  public String target() {
    return "public.g_bloated(g_bloated_key)";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("IndexBloat.minSaving", "2Mi");
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_bloated (id int, key text)",
        "CREATE INDEX g_bloated_key ON g_bloated (key)",
        "INSERT INTO g_bloated SELECT i, md5(i::text) FROM generate_series(1, 120000) i",
        "ANALYZE g_bloated");
  }

  @Override
  public List<String> traffic() {
    return List.of("SELECT count(*) FROM g_bloated WHERE key BETWEEN 'a0' AND 'a1'");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("DELETE FROM g_bloated WHERE id % 10 <> 0");
    // VACUUM cannot remove rows, or their index entries, that another session may still see.
    do {
      server.run("VACUUM (ANALYZE) g_bloated");
    } while (!server.isTrue(
        "SELECT n_dead_tup = 0 FROM pg_stat_user_tables WHERE relname = 'g_bloated'"));
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT pg_relation_size('g_bloated_key') < 2000000");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_bloated");
  }
}
