// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An index for a report that no longer runs. */
@AutoService(Fault.class)
public final class UnusedIndex implements Fault {
  @Override
  public String detector() {
    return "UnusedIndex";
  }

  @Override
  public String target() {
    return "public.g_report(g_report_by_text)";
  }

  /** Ten seconds in place of five weeks. The shop has no index of this size. */
  @Override
  public Map<String, String> thresholds() {
    return Map.of("UnusedIndex.minUnused", "10s", "UnusedIndex.minSize", "15Mi");
  }

  @Override
  public Duration ripensIn(Duration interval) {
    return Duration.ofSeconds(10);
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_report (id int PRIMARY KEY, hits int NOT NULL, text text)",
        "INSERT INTO g_report SELECT i, 0, md5(i::text) FROM generate_series(1, 300000) i",
        "ANALYZE g_report");
  }

  @Override
  public List<String> traffic() {
    return List.of(
        "UPDATE g_report SET hits = hits + 1 WHERE id = 7",
        "SELECT hits FROM g_report WHERE id = 7");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run("CREATE INDEX g_report_by_text ON g_report (text)");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT to_regclass('public.g_report_by_text') IS NULL");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_report");
  }
}
