// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A table is truncated and loaded again. ANALYZE runs when only the first customer's rows are
 * loaded, and the counters of later changes are reset, as after a crash.
 */
@AutoService(Fault.class)
public final class PlanRegression implements Fault {
  private static final String LOOK_UP = "SELECT count(note) FROM g_planned WHERE customer = 7";

  /** The inspections that it takes to learn a plan, and some more. */
  private static final int INSPECTIONS = 5;

  @Override
  public String detector() {
    return "PlanRegression";
  }

  @Override
  public String target() {
    return "public.g_planned";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("PlanRegression.minIntervals", "2", "PlanRegression.minSharePercent", "0");
  }

  @Override
  public Duration ripensIn(Duration interval) {
    return interval.multipliedBy(2);
  }

  @Override
  public List<String> traffic() {
    return List.of(LOOK_UP);
  }

  @Override
  public void prepare(TargetServer server, Duration interval) throws SQLException {
    server.run(
        "CREATE TABLE g_planned (id int, customer int, note text) WITH (autovacuum_enabled = off)",
        "CREATE INDEX g_planned_customer ON g_planned (customer)",
        load(60_000),
        "ANALYZE g_planned");
    // The good plan must have been in use before it can regress.
    server.use(LOOK_UP, interval.multipliedBy(INSPECTIONS));
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run(
        "TRUNCATE g_planned",
        "INSERT INTO g_planned SELECT i, 7, repeat('x', 50) FROM generate_series(1, 60) i",
        "ANALYZE g_planned",
        load(60_000));
    server.runAsSuperuser("SELECT pg_stat_reset_single_table_counters('g_planned'::regclass)");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.texts("EXPLAIN " + LOOK_UP).stream()
        .anyMatch(line -> line.contains("g_planned_customer"));
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_planned");
  }

  private static String load(int rows) {
    return "INSERT INTO g_planned SELECT i, i %% 1000, repeat('x', 50) FROM generate_series(1, %d) i"
        .formatted(rows);
  }
}
