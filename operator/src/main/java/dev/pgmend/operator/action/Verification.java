// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.action.StatusMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.Measurement;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.verify.DifferenceInDifferences;
import dev.pgmend.healing.verify.TargetSize;
import dev.pgmend.healing.verify.Verdict;
import dev.pgmend.healing.verify.Verifier;
import dev.pgmend.operator.cluster.ManagedCluster;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Measures the workload of a cluster before and after an action. */
final class Verification {
  /** Share of a window that must be measured: a restart of pgmend can cost the rest. */
  private static final double ENOUGH_OF_WINDOW = 0.8;

  private static final int MAX_WINDOWS_TO_WAIT = 3;

  private final ManagedCluster managed;
  private final Duration window;
  private final Clock clock;

  Verification(ManagedCluster managed, Duration window, Clock clock) {
    this.managed = managed;
    this.window = window;
    this.clock = clock;
  }

  /** Whether a database can be measured; this starts its sampler. */
  boolean measurable(String database) {
    return managed.sampler(database, window).available();
  }

  /** How much longer a database must be measured until a whole window is covered. */
  Duration missing(String database) {
    var enough = Duration.ofMillis((long) (window.toMillis() * ENOUGH_OF_WINDOW));
    var missing = enough.minus(managed.sampler(database, window).history().length());
    return missing.isNegative() ? Duration.ZERO : missing;
  }

  /**
   * Measures the window that ends now.
   *
   * @param others relations that other actions work on, quoted and qualified
   */
  Measurement before(Target target, Collection<String> others) throws SQLException {
    var now = clock.instant();
    try (var session = managed.server().open(Purpose.INSPECT, "pgmend/verify", target.database())) {
      var verifier = new Verifier(managed.sampler(target.database(), window).history());
      var measured =
          verifier.before(
              session, ServerFacts.read(session), target, others, now.minus(window), now);
      var facts = new HashMap<String, String>();
      TargetSize.read(session, target)
          .ifPresent(bytes -> facts.put(Facts.TARGET_BYTES, Long.toString(bytes)));
      return StatusMapping.measurement(measured, facts);
    }
  }

  /** How much longer to measure after a repair that ended at the given moment. */
  Duration left(String database, Instant since) {
    var now = clock.instant();
    var sampler = managed.sampler(database, window);
    var nominal = Duration.between(now, since.plus(window));
    if (nominal.isPositive() || !sampler.available()) {
      return nominal.isPositive() ? nominal : Duration.ZERO;
    }
    if (!now.isBefore(since.plus(window.multipliedBy(MAX_WINDOWS_TO_WAIT)))) {
      return Duration.ZERO;
    }
    return missing(database);
  }

  /** The measurement after a repair, compared with the one before it. */
  record Outcome(Measurement after, Verdict verdict) {}

  Outcome after(HealingAction action, Instant since, double maxRegressionPercent) {
    var database = SpecMapping.target(action.getSpec().targetOrDefault()).database();
    var status = action.getStatus();
    var facts =
        status == null || status.after() == null
            ? Map.<String, String>of()
            : status.after().facts();
    if (status == null || status.before() == null || status.before().statements().isEmpty()) {
      var nothing = new Measurement(null, null, List.of(), List.of(), List.of(), facts);
      return new Outcome(
          nothing,
          new Verdict(
              Verdict.Decision.NOT_ENOUGH_TRAFFIC,
              0,
              0,
              0,
              measurable(database)
                  ? "no affected statement ran before the repair, so nothing was measured"
                  : "pg_stat_statements is not installed in this database, so nothing was measured"));
    }
    var before = StatusMapping.measurement(status.before());
    var verifier = new Verifier(managed.sampler(database, window).history());
    var after = verifier.after(before, since, clock.instant());
    return new Outcome(
        StatusMapping.measurement(after, facts),
        DifferenceInDifferences.judge(
            before, after, maxRegressionPercent + Facts.acceptedSlowdownPercent(status)));
  }
}
