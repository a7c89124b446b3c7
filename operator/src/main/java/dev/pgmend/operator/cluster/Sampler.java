// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.verify.StatementHistory;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples the statements of one database, or of the whole server, at a steady pace. It runs only
 * while an action there is measured.
 */
public final class Sampler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
  private static final int INTERVALS_PER_WINDOW = 10;
  private static final int WINDOWS_KEPT = 4;
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

  private final Server server;
  private final String database;
  private final Duration window;
  private final StatementHistory history;
  private final ScheduledExecutorService pace =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("pgmend-sampler").factory());
  private final ScheduledFuture<?> samples;
  private volatile boolean available = true;

  Sampler(Server server, String database, Duration window, Clock clock) {
    this.server = server;
    this.database = database;
    this.window = window;
    this.history =
        new StatementHistory(
            database.isEmpty() ? Scope.SERVER : Scope.DATABASE,
            clock,
            window.multipliedBy(WINDOWS_KEPT));
    var every = window.dividedBy(INTERVALS_PER_WINDOW);
    var millis = Math.max(every.toMillis(), MIN_INTERVAL.toMillis());
    samples = pace.scheduleAtFixedRate(this::sample, 0, millis, TimeUnit.MILLISECONDS);
  }

  public Duration window() {
    return window;
  }

  public StatementHistory history() {
    return history;
  }

  /** False without pg_stat_statements: nothing can be measured then. */
  public boolean available() {
    return available;
  }

  @Override
  public void close() {
    samples.cancel(true);
    pace.shutdownNow();
  }

  private void sample() {
    try (var session = server.open(Purpose.INSPECT, "pgmend/sample", database)) {
      available = history.look(session, ServerFacts.read(session));
    } catch (SQLException e) {
      var state = String.valueOf(e.getSQLState());
      // If it is installed but not preloaded, or too old, waiting does not help.
      available = state.startsWith("08") || state.startsWith("57");
      LOG.warn("Could not sample the statements of {}: {}", database, e.getMessage());
    } catch (PostgresConnectionException e) {
      // The interval grows until the next sample succeeds; only resolution is lost.
      LOG.warn("Could not sample the statements of {}: {}", database, e.getMessage());
    }
  }
}
