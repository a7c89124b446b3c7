// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.CreateIndexConcurrently;
import dev.pgmend.learner.advice.Advisor;
import dev.pgmend.learner.advice.Diagnosis;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.workload.OverheadBudget;
import dev.pgmend.learner.workload.PlanCapture;
import dev.pgmend.learner.workload.Sample;
import dev.pgmend.learner.workload.Statement;
import dev.pgmend.learner.workload.StatementLoad;
import dev.pgmend.learner.workload.WorkloadSampler;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Learns one database: samples the workload, captures plans, diagnoses statements. Not thread-safe.
 */
final class DatabaseLearner {
  private static final String APPLICATION = "pgmend/learn";
  private static final int MAX_PLANS = 10_000;

  /** Statistics change slowly, and a changed plan shows in the statement's time first. */
  private static final Duration PLAN_VALIDITY = Duration.ofMinutes(10);

  private static final Duration DIAGNOSIS_VALIDITY = Duration.ofMinutes(10);

  /** The reason against advice, such as stale statistics, may disappear soon. */
  private static final Duration ABSTENTION_VALIDITY = Duration.ofMinutes(1);

  private static final double MIN_SHARE_PERCENT = 1;
  private static final double MIN_DIAGNOSIS_SHARE_PERCENT = 5;
  private static final double MIN_DIAGNOSIS_MEAN_MS = 1;
  private static final int MIN_DIAGNOSIS_CALLS = 3;
  private static final int MAX_CAPTURES = 20;

  /** The assumed time to capture a plan before any was measured. */
  private static final double FIRST_GUESS_MS = 2;

  private final Server server;
  private final String database;
  private final Learning learning;
  private final LearnerListener listener;
  private final LearnerCounts counts;
  private final OverheadBudget budget;
  private final WorkloadSampler sampler;
  private final Clock clock;
  private final Cache<StatementKey, CapturedPlan> plans =
      Caffeine.newBuilder().maximumSize(MAX_PLANS).build();
  private final Map<StatementKey, Instant> nextDiagnosis = new HashMap<>();
  private Optional<Instant> lastSample = Optional.empty();
  private double captureMs = FIRST_GUESS_MS;
  private boolean caughtUp;

  private record StatementKey(long queryId, String roleName) {
    static StatementKey of(Statement statement) {
      return new StatementKey(statement.queryId(), statement.roleName());
    }
  }

  /** Empty if the plan could not be captured. */
  private record CapturedPlan(Optional<PlanDag> plan, Instant at) {}

  DatabaseLearner(
      Server server,
      String database,
      Learning learning,
      LearnerListener listener,
      LearnerCounts counts,
      OverheadBudget budget,
      Clock clock) {
    this.server = server;
    this.database = database;
    this.learning = learning;
    this.listener = listener;
    this.counts = counts;
    this.budget = budget;
    this.sampler = new WorkloadSampler(clock);
    this.clock = clock;
  }

  OverheadBudget budget() {
    return budget;
  }

  /** Whether the last sample left no statement to diagnose later. */
  boolean caughtUp() {
    return caughtUp;
  }

  /**
   * Samples and learns once.
   *
   * @return false if this database has no pg_stat_statements
   * @throws SQLException if a query fails
   * @throws dev.pgmend.healing.postgres.PostgresConnectionException if the connection fails
   */
  boolean sample() throws SQLException {
    caughtUp = true;
    try (var session = server.open(Purpose.LEARN, APPLICATION, database)) {
      var facts = ServerFacts.read(session);
      var sample = sampler.look(session, facts);
      if (sample.isEmpty()) {
        return false;
      }
      var now = clock.instant();
      // The first sample covers all time since the last reset, in which our own cost is negligible.
      lastSample.ifPresent(before -> budget.spent(sample.get(), Duration.between(before, now)));
      lastSample = Optional.of(now);
      learn(session, facts, sample.get());
      return true;
    }
  }

  private void learn(Session session, ServerFacts facts, Sample sample) throws SQLException {
    var captures = new PlanCapture(session);
    int remaining = Math.max(1, budget.affordable(captureMs, MAX_CAPTURES));
    for (var load : worthwhile(sample)) {
      var key = StatementKey.of(load.statement());
      var known = plans.getIfPresent(key);
      if (known == null || known.at().plus(PLAN_VALIDITY).isBefore(clock.instant())) {
        if (remaining-- <= 0) {
          caughtUp &= !worthDiagnosing(load);
          continue;
        }
        known = capture(captures, load);
        plans.put(key, known);
      }
      if (known.plan().isPresent()) {
        learning.observed(known.plan().get(), load);
        counts.observed();
        diagnose(session, facts, captures, load, known.plan().get());
      }
    }
  }

  private static List<StatementLoad> worthwhile(Sample sample) {
    return sample.loads().stream()
        .filter(load -> load.sharePercent() >= MIN_SHARE_PERCENT)
        .filter(load -> PlanCapture.hasPlan(load.statement()))
        .toList();
  }

  private static boolean worthDiagnosing(StatementLoad load) {
    return load.sharePercent() >= MIN_DIAGNOSIS_SHARE_PERCENT
        && load.meanMs() >= MIN_DIAGNOSIS_MEAN_MS
        && load.calls() >= MIN_DIAGNOSIS_CALLS;
  }

  private CapturedPlan capture(PlanCapture captures, StatementLoad load) {
    var begin = System.nanoTime();
    try {
      var plan = captures.capture(load);
      counts.captured();
      return new CapturedPlan(Optional.of(plan), clock.instant());
    } catch (SQLException | IllegalArgumentException e) {
      counts.refused(e);
      return new CapturedPlan(Optional.empty(), clock.instant());
    } finally {
      var took = (System.nanoTime() - begin) / 1e6;
      captureMs = 0.8 * captureMs + 0.2 * took;
    }
  }

  private void diagnose(
      Session session, ServerFacts facts, PlanCapture captures, StatementLoad load, PlanDag plan)
      throws SQLException {
    var key = StatementKey.of(load.statement());
    if (!worthDiagnosing(load)
        || clock.instant().isBefore(nextDiagnosis.getOrDefault(key, Instant.MIN))) {
      return;
    }
    var diagnosis = new Advisor(learning.times()).diagnose(session, facts, captures, load, plan);
    var validity = diagnosis.advice().isPresent() ? DIAGNOSIS_VALIDITY : ABSTENTION_VALIDITY;
    nextDiagnosis.put(key, clock.instant().plus(validity));
    learning.diagnosed(diagnosis);
    var considered = withoutHarmfulAdvice(diagnosis);
    counts.diagnosed(considered.advice().isPresent());
    listener.diagnosed(database, considered);
  }

  /** Measured outcomes override the estimate. */
  private Diagnosis withoutHarmfulAdvice(Diagnosis diagnosis) {
    return learning
        .past(diagnosis, CreateIndexConcurrently.TYPE)
        .filter(effect -> diagnosis.advice().isPresent() && effect.percent() >= 0)
        .map(effect ->
            diagnosis.abstaining(
                "%s: in %d similar cases new indexes made statements %.0f%% slower"
                    .formatted(
                        diagnosis.advice().orElseThrow().index(),
                        effect.outcomes(),
                        effect.percent())))
        .orElse(diagnosis);
  }
}
