package dev.pgmend.operator.action;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.action.StatusMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.Measurement;
import dev.pgmend.healing.finding.Finding;
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

/** Measures a cluster's workload before and after an action. */
public final class Verification {
  /** Of a window this share must have been watched: a restart of ours may have cost the rest. */
  private static final double ENOUGH_OF_WINDOW = 0.8;

  private static final int LONGEST_WAIT_IN_WINDOWS = 3;

  private final ManagedCluster care;
  private final Duration window;
  private final Clock clock;

  public Verification(ManagedCluster care, Duration window, Clock clock) {
    this.care = care;
    this.window = window;
    this.clock = clock;
  }

  /** Whether anything can be measured in a database; asking begins to watch it. */
  public boolean measurable(String database) {
    return care.sampler(database, window).available();
  }

  /** How much longer a database must be watched until a whole window has been seen. */
  public Duration missing(String database) {
    var enough = Duration.ofMillis((long) (window.toMillis() * ENOUGH_OF_WINDOW));
    var missing = enough.minus(care.sampler(database, window).history().length());
    return missing.isNegative() ? Duration.ZERO : missing;
  }

  /**
   * Measures the window that ends now.
   *
   * @param others relations that other actions work on, quoted and qualified
   */
  public Measurement before(Target target, Collection<String> others) throws SQLException {
    var now = clock.instant();
    try (var session = care.server().open(Purpose.INSPECT, "pgmend/verify", target.database())) {
      var verifier = new Verifier(care.sampler(target.database(), window).history());
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
  public Duration left(String database, Instant since) {
    var now = clock.instant();
    var sampler = care.sampler(database, window);
    var nominal = Duration.between(now, since.plus(window));
    if (nominal.isPositive() || !sampler.available()) {
      return nominal.isPositive() ? nominal : Duration.ZERO;
    }
    if (!now.isBefore(since.plus(window.multipliedBy(LONGEST_WAIT_IN_WINDOWS)))) {
      return Duration.ZERO;
    }
    return missing(database);
  }

  /** The measurement after a repair, compared with the one before it. */
  public record Outcome(Measurement after, Verdict verdict) {}

  public Outcome after(HealingAction action, Instant since, double maxRegressionPercent) {
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
                  ? "no statement ran before the repair that it could be measured by"
                  : "pg_stat_statements is not installed in this database, so nothing was measured"));
    }
    var before = StatusMapping.measurement(status.before());
    var verifier = new Verifier(care.sampler(database, window).history());
    var after = verifier.after(before, since, clock.instant());
    return new Outcome(
        StatusMapping.measurement(after, facts),
        DifferenceInDifferences.judge(
            before,
            after,
            maxRegressionPercent
                + SpecMapping.finding(action.getSpec())
                    .evidenceLong(Finding.ACCEPTED_SLOWDOWN_PERCENT)));
  }
}
