// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.testbed.shop.Login;
import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A user who looks up rows by a column without an index, until closed. */
final class UnindexedLookups implements AutoCloseable {
  /** Type of the repair that makes the lookups fast. */
  static final String TYPE = "CreateIndexConcurrently";

  private static final long EVERY_MS = 200;
  private static final long SEED = 1;

  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
  private final Thread user;

  private UnindexedLookups(Login login) {
    user = Thread.ofPlatform().name("lookups").unstarted(() -> use(login));
  }

  static UnindexedLookups start(Login login) {
    var lookups = new UnindexedLookups(login);
    lookups.user.start();
    return lookups;
  }

  private void use(Login login) {
    var random = new SplittableRandom(SEED);
    try (var connection = login.connect("shop");
        var statement = connection.prepareStatement("SELECT id FROM archive WHERE note = ?")) {
      while (!closing.await(EVERY_MS, TimeUnit.MILLISECONDS)) {
        statement.setString(1, "n" + random.nextInt(BigTable.ROWS));
        statement.executeQuery().close();
      }
    } catch (SQLException e) {
      failure.set(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends the lookups.
   *
   * @throws SQLException if a lookup failed
   */
  @Override
  public void close() throws SQLException {
    closing.countDown();
    try {
      user.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }
}
