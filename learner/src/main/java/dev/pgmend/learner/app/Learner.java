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

/** Learns one Postgres, round after round, until it is closed. */
public final class Learner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Learner.class);

  /** Many databases with many statements; each session has deadlines of its own. */
  private static final Duration LONGEST_ROUND = Duration.ofMinutes(15);

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
  private volatile Optional<Instant> lastLook = Optional.empty();
  private volatile Instant lastRound;
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
    this.lastRound = clock.instant();
    this.pause = settings.spec().samplingIntervalOrDefault();
  }

  /** Begins with a first look at once. */
  public void start() {
    pace.execute(this::round);
  }

  public LearnerStatus status() {
    return new LearnerStatus(
        counts.lookCount(),
        caughtUp,
        lastLook,
        lastRound.plus(pause).plus(LONGEST_ROUND).isAfter(clock.instant()),
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

  /** Ends after the look that is under way, and saves what was learned. */
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

  private void round() {
    try {
      counts.problem("");
      look();
      if (counts.problem().isEmpty()) {
        lastLook = Optional.of(clock.instant());
      }
      learning.saveIfDue();
      learning.fineTuneIfDue();
    } catch (SQLException | PostgresConnectionException e) {
      counts.problem(String.valueOf(e.getMessage()));
      LOG.warn("Could not look at the workload: {}", e.getMessage());
    } catch (RuntimeException e) {
      // A fault of ours in one round must not end all that would follow.
      counts.problem(String.valueOf(e));
      LOG.error("A round of learning broke off", e);
    }
    lastRound = clock.instant();
    counts.looked();
    listener.looked(status());
    if (!pace.isShutdown()) {
      var _ = pace.schedule(this::round, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void look() throws SQLException {
    var there = new Inspector(server, new Memory()).databases();
    databases.keySet().retainAll(there);
    int seen = 0;
    var problem = "pg_stat_statements is not installed in any database that is learned";
    for (var database : there) {
      if (settings.databases().covers(database)) {
        try {
          seen += databases.computeIfAbsent(database, this::learnerOf).look() ? 1 : 0;
        } catch (SQLException | PostgresConnectionException e) {
          LOG.warn("Could not look at the workload of {}: {}", database, e.getMessage());
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
