// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Runs the application's statements at a steady rate while a fault exists. */
public final class Traffic implements AutoCloseable {
  private static final long PAUSE_MILLIS = 20;

  private final TargetServer server;
  private final List<String> statements;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicReference<String> firstError = new AtomicReference<>("");
  private final Thread thread;

  private Traffic(TargetServer server, List<String> statements) {
    this.server = server;
    this.statements = statements;
    this.thread = Thread.ofVirtual().name("traffic").unstarted(this::run);
  }

  /** Runs the statements repeatedly until it is closed or one fails. */
  public static Traffic start(TargetServer server, List<String> statements) {
    var traffic = new Traffic(server, statements);
    if (!statements.isEmpty()) {
      traffic.thread.start();
    }
    return traffic;
  }

  /** The error message of the first statement that failed; empty if none did. */
  public String firstError() {
    return firstError.get();
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (var connection = server.connect()) {
      while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        for (var sql : statements) {
          TargetServer.execute(connection, sql);
        }
      }
    } catch (SQLException e) {
      firstError.set(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
