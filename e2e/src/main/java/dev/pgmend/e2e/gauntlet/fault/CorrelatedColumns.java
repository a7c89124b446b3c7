// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** Statements filter by two columns of which one determines the other. */
@AutoService(Fault.class)
public final class CorrelatedColumns implements Fault {
  private static final String LOOK_UP =
      "SELECT count(*) FROM g_places WHERE town = 't7' AND postcode = 7";

  @Override
  public String detector() {
    return "CorrelatedColumns";
  }

  @Override
  public String target() {
    return "public.g_places";
  }

  @Override
  public List<String> traffic() {
    return List.of("SELECT max(length(town)) FROM g_places");
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_places (id int PRIMARY KEY, town text, postcode int)",
        "INSERT INTO g_places SELECT i, 't' || i % 100, i % 100 FROM generate_series(1, 60000) i",
        "ANALYZE g_places");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    for (int i = 0; i < 30; i++) {
      server.run(LOOK_UP);
    }
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server
        .texts("EXPLAIN SELECT * FROM g_places WHERE town = 't7' AND postcode = 7")
        .stream()
        .noneMatch(line -> line.contains("rows=6 "));
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_places");
  }
}
