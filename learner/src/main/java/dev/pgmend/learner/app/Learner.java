// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.learner.workload.OverheadBudget;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Learns one Postgres by periodic samples until it is closed. */
public final class Learner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Learner.class);

  /** Generous, for many databases. Each session has its own timeouts. */
  private static final Duration MAX_CYCLE = Duration.ofMinutes(15);

  private final Server server;
  private final LearnerSettings settings;
  private final Learning learning;
  private final LearnerListener listener;
  private final Clock clock;
  private final LearnerCounts counts = new LearnerCounts();
  private final Map<String, DatabaseLearner> databases = new HashMap<>();
  private final ScheduledExecutorService pace =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("pgmend-learner").factory());
  private volatile Optional<Instant> lastSample = Optional.empty();
  private volatile Instant lastCycle;
  private volatile Duration pause;
  private volatile double overheadPercent;
  private volatile boolean caughtUp;

  public Learner(
      Server server,
      LearnerSettings settings,
      Learning learning,
      LearnerListener listener,
      Clock clock) {
    this.server = server;
    this.settings = settings;
    this.learning = learning;
    this.listener = listener;
    this.clock = clock;
    this.lastCycle = clock.instant();
    this.pause = settings.spec().samplingIntervalOrDefault();
  }

  /** Starts with a sample at once. */
  public void start() {
    pace.execute(this::cycle);
  }

  public LearnerStatus status() {
    return new LearnerStatus(
        counts.cycleCount(),
        caughtUp,
        lastSample,
        lastCycle.plus(pause).plus(MAX_CYCLE).isAfter(clock.instant()),
        counts.problem(),
        counts.observedCount(),
        counts.capturedCount(),
        counts.refusedByState(),
        counts.diagnosesCount(),
        counts.advisedCount(),
        overheadPercent,
        pause.toMillis() / 1000.0,
        learning.medianError(),
        learning.fineTuning());
  }

  /** Stops after the current sample and saves what was learned. */
  @Override
  public void close() {
    pace.shutdown();
    try {
      if (!pace.awaitTermination(20, TimeUnit.SECONDS)) {
        pace.shutdownNow();
      }
    } catch (InterruptedException _) {
      pace.shutdownNow();
      Thread.currentThread().interrupt();
    }
    learning.close();
  }

  private void cycle() {
    try {
      counts.problem("");
      sample();
      if (counts.problem().isEmpty()) {
        lastSample = Optional.of(clock.instant());
      }
      learning.saveIfDue();
      learning.fineTuneIfDue();
    } catch (SQLException | PostgresConnectionException e) {
      counts.problem(String.valueOf(e.getMessage()));
      LOG.warn("Cannot sample the workload: error=\"{}\"", e.getMessage());
    } catch (RuntimeException e) {
      // A bug in one cycle must not stop the later ones.
      counts.problem(String.valueOf(e));
      LOG.error("A learning cycle failed", e);
    }
    lastCycle = clock.instant();
    counts.cycleEnded();
    listener.cycleEnded(status());
    if (!pace.isShutdown()) {
      var _ = pace.schedule(this::cycle, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void sample() throws SQLException {
    var existing = new Inspector(server, new Memory()).databases();
    databases.keySet().retainAll(existing);
    int seen = 0;
    var problem =
        "pg_stat_statements is not installed in any database of spec.databases; run CREATE EXTENSION pg_stat_statements";
    for (var database : existing) {
      if (settings.databases().covers(database)) {
        try {
          seen += databases.computeIfAbsent(database, this::learnerOf).sample() ? 1 : 0;
        } catch (SQLException | PostgresConnectionException e) {
          LOG.warn(
              "Cannot sample the workload: database={} error=\"{}\"", database, e.getMessage());
          problem = database + ": " + e.getMessage();
        }
      }
    }
    if (seen == 0) {
      counts.problem(problem);
    }
    caughtUp = databases.values().stream().allMatch(DatabaseLearner::caughtUp);
    pause =
        databases.values().stream()
            .map(learner -> learner.budget().pause())
            .max(Comparator.naturalOrder())
            .orElse(settings.spec().samplingIntervalOrDefault());
    overheadPercent =
        databases.values().stream()
            .mapToDouble(learner -> learner.budget().spentPercent())
            .max()
            .orElse(0);
  }

  private DatabaseLearner learnerOf(String database) {
    var spec = settings.spec();
    return new DatabaseLearner(
        server,
        database,
        learning,
        listener,
        counts,
        new OverheadBudget(spec.overheadBudgetPercentOrDefault(), spec.samplingIntervalOrDefault()),
        clock);
  }
}
