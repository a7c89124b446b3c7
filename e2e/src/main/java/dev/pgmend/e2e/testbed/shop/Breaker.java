// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Injects each fault the way it happens in production, while the shop is open. */
public final class Breaker {
  private static final int SEASON_PARCELS = 350_000;
  private static final int EVENTS_LEFT = 150;
  private static final String BUILD =
      "CREATE INDEX CONCURRENTLY customer_phone_idx ON customer (c_phone)";
  private static final String QUERY_CANCELED = "57014";
  private static final int MAX_VACUUMS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final Login owner;
  private final Ledger ledger;
  private final long seed;

  /**
   * @param ledger records every row that is changed
   */
  public Breaker(Login owner, Ledger ledger, long seed) {
    this.owner = owner;
    this.ledger = ledger;
    this.seed = seed;
  }

  /** Injects the fault and returns when other sessions can see it. */
  public void inject(ShopFault fault) throws SQLException {
    try (var connection = owner.connect("shop/maintenance")) {
      switch (fault) {
        case BLOATED_INDEX -> purgeSeason(connection);
        case INVALID_INDEX -> cancelBuild(connection);
        case MISSING_FOREIGN_KEY_INDEX ->
            run(connection, "DROP INDEX CONCURRENTLY lineitem_orderkey_idx");
        case STALE_STATISTICS -> sendBacklog(connection);
        case SLOW_STATEMENT ->
            run(connection, "DROP INDEX CONCURRENTLY tickets_agent_opened_at_idx");
      }
      // A session publishes its statistics with a delay, unless it is asked to flush them.
      run(connection, "SELECT pg_stat_force_next_flush()");
      run(connection, "SELECT 1");
    }
  }

  private void purgeSeason(Connection connection) throws SQLException {
    var came = change(connection, Season.insert(SEASON_PARCELS, true, seed + 1));
    ledger.enter(List.of(new Entry(Book.SHIPMENTS, came)));
    var gone = change(connection, "DELETE FROM shipments WHERE delivered");
    ledger.enter(List.of(new Entry(Book.SHIPMENTS, gone.negated())));
    vacuumUntilClean(connection);
  }

  /** VACUUM cannot remove rows, or their index entries, that another session may still see. */
  private static void vacuumUntilClean(Connection connection) throws SQLException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    do {
      run(connection, "VACUUM (ANALYZE) shipments");
      run(connection, "SELECT pg_stat_force_next_flush()");
    } while (System.nanoTime() < end
        && isTrue(
            connection,
            "SELECT n_dead_tup > n_live_tup FROM pg_stat_user_tables"
                + " WHERE relid = 'shipments'::regclass"));
  }

  /** Changes shipments and records the changed rows. */
  private static Balance change(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                WITH changed AS (%s RETURNING id, weight_grams)
                SELECT count(*), sum(id), sum(weight_grams) FROM changed
                """
                    .formatted(sql))) {
      rows.next();
      return new Balance(rows.getLong(1), rows.getLong(2), rows.getLong(3));
    }
  }

  private void cancelBuild(Connection connection) throws SQLException {
    run(connection, "DROP INDEX CONCURRENTLY customer_phone_idx");
    try (var report = owner.connect("shop/report");
        var build = connection.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      run(report, "BEGIN ISOLATION LEVEL REPEATABLE READ");
      run(report, "SELECT count(*) FROM customer");
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
      awaitLastPhase(building);
      build.cancel();
      expectCancelled(building);
    }
  }

  /** In this phase the index is complete and maintained, but not yet valid. */
  private void awaitLastPhase(CompletableFuture<Void> building) throws SQLException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    try (var watch = owner.connect("shop/maintenance")) {
      while (!isTrue(
          watch,
          "SELECT EXISTS (SELECT 1 FROM pg_stat_progress_create_index"
              + " WHERE phase = 'waiting for old snapshots')")) {
        if (building.isDone() || System.nanoTime() > end) {
          throw new SQLException("the concurrent build did not wait for the open report");
        }
        LockSupport.parkNanos(LOOK_EVERY.toNanos());
      }
    }
  }

  private static void expectCancelled(CompletableFuture<Void> building) throws SQLException {
    try {
      building.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SQLException cause
          && QUERY_CANCELED.equals(cause.getSQLState())) {
        return;
      }
      throw e;
    }
    throw new SQLException("the concurrent build ended before it was cancelled");
  }

  private void sendBacklog(Connection connection) throws SQLException {
    run(connection, "ALTER TABLE outbox SET (autovacuum_enabled = false)");
    try (var statement = connection.createStatement()) {
      var sent =
          statement.executeLargeUpdate(
              """
              UPDATE outbox SET state = 'sent', attempts = attempts + 1
               WHERE state = 'pending'
                 AND id <= (SELECT max(id) - %d FROM outbox)
              """
                  .formatted(EVENTS_LEFT));
      ledger.enter(List.of(new Entry(Book.OUTBOX, Balance.updated(sent))));
    }
    clean(connection);
  }

  /** Rows that a transaction of the shop still sees are removed by the next vacuum. */
  private static void clean(Connection connection) throws SQLException {
    // Flush this session's statistics first, otherwise they are added to what vacuum counts.
    run(connection, "SELECT pg_stat_force_next_flush()");
    for (int round = 0; round < MAX_VACUUMS; round++) {
      run(connection, "VACUUM outbox");
      if (isTrue(
          connection,
          "SELECT n_dead_tup < 1000 FROM pg_stat_user_tables WHERE relid = 'outbox'::regclass")) {
        return;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private static boolean isTrue(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
