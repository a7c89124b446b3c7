// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** The next partition was not created in time, so rows go to the default partition. */
@AutoService(Fault.class)
public final class DefaultPartitionFilling implements Fault {
  @Override
  public String detector() {
    return "DefaultPartitionFilling";
  }

  @Override
  public String target() {
    return "public.g_events_rest";
  }

  @Override
  public boolean repairable() {
    return false;
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_events (day int) PARTITION BY RANGE (day)",
        "CREATE TABLE g_events_1 PARTITION OF g_events FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE g_events_rest PARTITION OF g_events DEFAULT",
        "INSERT INTO g_events SELECT i % 100 FROM generate_series(1, 5000) i",
        "ANALYZE g_events");
  }

  @Override
  public List<String> traffic() {
    return List.of("SELECT count(*) FROM g_events WHERE day = 7");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    server.run(
        "INSERT INTO g_events SELECT 100 + i % 100 FROM generate_series(1, 5000) i",
        "ANALYZE g_events");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue("SELECT NOT EXISTS (SELECT 1 FROM public.g_events_rest)");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_events");
  }
}
