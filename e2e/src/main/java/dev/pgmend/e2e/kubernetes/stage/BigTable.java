// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import dev.pgmend.e2e.kubernetes.scene.Waiting;
import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/** A table with a small index that takes many seconds to build. */
final class BigTable {
  static final String NAME = "archive";
  static final String INDEX = "archive_digest_idx";
  static final int ROWS = 1_200_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Slows the build down: each md5 takes about half a microsecond. */
  private static final String EXPRESSION = "md5(".repeat(14) + "note" + ")".repeat(14);

  private static final String BUILD =
      "CREATE INDEX CONCURRENTLY %s ON archive ((%s))".formatted(INDEX, EXPRESSION);

  private BigTable() {}

  static void create(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE archive (id int PRIMARY KEY, note text NOT NULL)");
      statement.execute(
          "INSERT INTO archive SELECT i, 'n' || i FROM generate_series(1, %d) i".formatted(ROWS));
      statement.execute("SELECT pg_stat_force_next_flush()");
      statement.execute("VACUUM (ANALYZE) archive");
    }
  }

  /** Cancels the build of the index, which leaves it invalid. */
  static void breakIndex(Login owner)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    try (var connection = owner.connect("shop/maintenance");
        var build = connection.createStatement();
        var watch = owner.connect("shop/maintenance");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var building =
          CompletableFuture.runAsync(
              () -> {
                try {
                  build.execute(BUILD);
                } catch (SQLException e) {
                  throw new CompletionException(e);
                }
              },
              threads);
      Waiting.untilTrue(
          "the build of %s to start".formatted(INDEX),
          PATIENCE,
          () -> Optional.of(isBeingBuilt(watch)));
      build.cancel();
      try {
        building.join();
      } catch (CompletionException _) {
        return;
      }
      throw new StageFailedException("the build of %s ended too early".formatted(INDEX));
    }
  }

  /** Whether its rows are being read at this moment. */
  static boolean isBeingBuilt(Connection connection) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT EXISTS (SELECT 1 FROM pg_stat_progress_create_index
                        WHERE relid = 'archive'::regclass AND phase LIKE 'building index%')
        """);
  }

  static boolean isValid(Connection connection) throws SQLException {
    return Sql.isTrue(
        connection,
        "SELECT indisvalid AND indisready FROM pg_index WHERE indexrelid = '%s'::regclass"
            .formatted(INDEX));
  }
}
