// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/**
 * A session changed a row and stays idle in its transaction, and other sessions wait for the row.
 */
@AutoService(Fault.class)
public final class BlockingSession implements Fault {
  private static final int WAITERS = 3;

  private final List<Connection> open = new ArrayList<>();

  @Override
  public String detector() {
    return "BlockingSession";
  }

  @Override
  public String target() {
    return "session ";
  }

  @Override
  public Map<String, String> thresholds() {
    return Map.of("BlockingSession.warnBlocked", "3s");
  }

  @Override
  public Duration ripensIn(Duration interval) {
    return Duration.ofSeconds(3);
  }

  @Override
  public boolean disturbs() {
    return true;
  }

  @Override
  public void prepare(TargetServer server) throws SQLException {
    server.run("CREATE TABLE g_row (id int, n int)", "INSERT INTO g_row VALUES (1, 0)");
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    var root = server.connect();
    open.add(root);
    TargetServer.execute(root, "BEGIN", "UPDATE g_row SET n = 1");
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    for (int i = 0; i < WAITERS; i++) {
      var waiter = server.connect();
      open.add(waiter);
      var _ = CompletableFuture.runAsync(() -> waitForRow(waiter), threads);
    }
    threads.shutdown();
    server.await(
        "SELECT count(*) = %d FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%g_row%%'"
            .formatted(WAITERS));
  }

  private static void waitForRow(Connection connection) {
    try {
      TargetServer.execute(connection, "UPDATE g_row SET n = n + 1");
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        """
        SELECT (SELECT n FROM g_row) = %d
           AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock')
        """
            .formatted(WAITERS));
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    for (var connection : open) {
      connection.close();
    }
    server.run("DROP TABLE IF EXISTS g_row");
  }
}
