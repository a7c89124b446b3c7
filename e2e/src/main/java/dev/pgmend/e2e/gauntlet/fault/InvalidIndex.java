// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** A concurrent index build was cancelled while it waited for an open transaction. */
@AutoService(Fault.class)
public final class InvalidIndex implements Fault {
  private static final String LOCK_TIMEOUT = "55P03";

  @Override
  public String detector() {
    return "InvalidIndex";
  }

  @Override
  public String target() {
    return "public.g_invalid(g_invalid_id)";
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE g_invalid (id int, note text)",
        "INSERT INTO g_invalid SELECT i, 'n' FROM generate_series(1, 20000) i",
        "ANALYZE g_invalid");
  }

  @Override
  public List<String> traffic() {
    return List.of(
        "SELECT note FROM g_invalid WHERE id = 17",
        "UPDATE g_invalid SET note = 'y' WHERE id = 18");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    try (var other = server.connect()) {
      TargetServer.execute(other, "BEGIN", "UPDATE g_invalid SET note = 'x' WHERE id = 1");
      server.run(
          "SET lock_timeout = '200ms'", "CREATE INDEX CONCURRENTLY g_invalid_id ON g_invalid (id)");
    } catch (SQLException e) {
      if (LOCK_TIMEOUT.equals(e.getSQLState())) {
        return;
      }
      throw e;
    }
    throw new SQLException("the concurrent build did not wait for the open transaction");
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT indisvalid AND indisready FROM pg_index"
            + " WHERE indexrelid = 'public.g_invalid_id'::regclass");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    server.run("DROP TABLE IF EXISTS g_invalid");
  }
}
