// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.FindingCounts;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterStatus;
import dev.pgmend.api.v1alpha1.PgClusterStatus.Bottleneck;
import dev.pgmend.api.v1alpha1.PgClusterStatus.LastAction;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.engine.InspectionReport;
import dev.pgmend.healing.engine.RootCauses;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.learner.app.Advised;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.cluster.ManagedCluster;
import dev.pgmend.operator.learnerpod.LearnerState;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.status.Conditions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the status of a PgCluster. The same facts always give an equal status. */
final class ClusterView {
  private final PgCluster cluster;
  private final EffectivePolicy policy;
  private final Clock clock;
  private final PgClusterStatus before;
  private final Conditions conditions;
  private final PgClusterStatus.Builder status;

  ClusterView(PgCluster cluster, EffectivePolicy policy, Clock clock) {
    this.cluster = cluster;
    this.policy = policy;
    this.clock = clock;
    this.before = cluster.getStatus() == null ? PgClusterStatus.EMPTY : cluster.getStatus();
    this.status = before.toBuilder();
    this.conditions =
        new Conditions(before.conditions(), cluster.getMetadata().getGeneration(), clock);
  }

  void unreachable(String reason, String message) {
    conditions.isFalse(Condition.READY, reason, message);
    conditions.isFalse("Connected", reason, message);
    conditions.unknown("Healthy", "NotConnected", "the server cannot be reached");
  }

  void inspected(ManagedCluster managed) {
    var last = managed.lastInspection();
    if (last.isEmpty()) {
      conditions.unknown(
          Condition.READY, "Paused", "spec.paused is true; pgmend does not inspect the cluster");
      return;
    }
    var findings = last.get().findings();
    var failed = findings.stream().filter(f -> f.detector().equals(DetectorFailure.NAME)).count();
    conditions.isTrue(
        Condition.READY,
        cluster.getSpec().pausedOrDefault() ? "Paused" : "Managed",
        "managed by policy " + policy.name());
    conditions.isTrue("Connected", "Connected", managed.access().primary().toString());
    if (failed == 0) {
      conditions.isTrue("Inspected", "Inspected", "every detector ran");
    } else {
      conditions.isFalse(
          "Inspected",
          "DetectorsFailed",
          failed + " detectors failed; see the findings of detector DetectorFailed");
    }
    health(findings);
    var facts = last.get().reports().stream().findFirst().map(InspectionReport::facts);
    status
        .serverVersion(facts.map(f -> f.version()).orElse(before.serverVersion()))
        .primary(managed.access().primary().host() + ":" + managed.access().primary().port())
        .healthScore(InspectionReport.healthScore(findings))
        .findingCounts(counts(findings))
        .findings(listed(findings))
        .lastInspection(last.get().at().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Sets no condition for a learner that is not enabled. */
  void learner(LearnerState state) {
    switch (state) {
      case LearnerState.Off _, LearnerState.Removed _ -> {}
      case LearnerState.InProcess _ ->
          conditions.isTrue(
              "LearnerReady", "InProcess", "the learner runs in the operator's own process");
      case LearnerState.PodReady ready ->
          conditions.isTrue("LearnerReady", "PodReady", ready.message());
      case LearnerState.NotReady notReady ->
          conditions.isFalse("LearnerReady", notReady.reason(), notReady.message());
    }
  }

  PgClusterStatus status(List<HealingAction> actions) {
    return status
        .observedGeneration(cluster.getMetadata().getGeneration())
        .conditions(conditions.build())
        .lastAction(lastOf(actions).orElse(before.lastAction()))
        .bottleneck(bottleneck(actions).orElse(null))
        .build();
  }

  private void health(List<Finding> findings) {
    var worst = findings.stream().map(Finding::severity).max(Comparator.naturalOrder());
    if (worst.isEmpty() || worst.get() == Severity.INFO) {
      conditions.isTrue("Healthy", "NoFinding", "no finding is a Warning or Critical");
    } else {
      conditions.isFalse("Healthy", "Findings", findings.getFirst().summary());
    }
  }

  private static FindingCounts counts(List<Finding> findings) {
    return new FindingCounts(
        count(findings, Severity.CRITICAL),
        count(findings, Severity.WARNING),
        count(findings, Severity.INFO),
        Math.max(0, findings.size() - PgClusterStatus.MAX_FINDINGS));
  }

  /** Worst first; a detector that could not run comes before what is merely good to know. */
  private List<PgClusterStatus.Finding> listed(List<Finding> findings) {
    var causes = RootCauses.among(findings);
    return findings.stream()
        .sorted(
            Comparator.comparing(Finding::severity)
                .thenComparing(finding -> finding.detector().equals(DetectorFailure.NAME))
                .reversed())
        .limit(PgClusterStatus.MAX_FINDINGS)
        .map(finding -> listed(finding, causes.of(finding)))
        .toList();
  }

  private static int count(List<Finding> findings, Severity severity) {
    return (int) findings.stream().filter(f -> f.severity() == severity).count();
  }

  private PgClusterStatus.Finding listed(Finding finding, Optional<Finding> cause) {
    var target = text(finding.target());
    var since =
        before.findings().stream()
            .filter(old -> old.detector().equals(finding.detector()))
            .filter(old -> Objects.equals(old.target(), target))
            .flatMap(old -> Stream.ofNullable(old.since()))
            .findFirst()
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    return new PgClusterStatus.Finding(
        finding.detector(),
        target,
        SpecMapping.severity(finding.severity()),
        finding.summary(),
        since,
        cause.map(c -> c.detector() + " " + c.target()).orElse(null));
  }

  private static String text(Target target) {
    return target.database().isEmpty() ? target.toString() : target.database() + "/" + target;
  }

  /**
   * Of these findings, those that a status lists, with its severity: what the operator knew before
   * it was restarted. If the status lists only a part, the others count as known too.
   */
  static List<Finding> known(@Nullable PgClusterStatus status, List<Finding> findings) {
    if (status == null) {
      return List.of();
    }
    var isComplete = status.findingCounts() == null || status.findingCounts().notListed() == 0;
    return findings.stream()
        .flatMap(finding ->
            status.findings().stream()
                .filter(listed -> listed.detector().equals(finding.detector()))
                .filter(listed -> text(finding.target()).equals(listed.target()))
                .findFirst()
                .map(listed -> withSeverity(finding, listed.severity()))
                .or(() -> isComplete ? Optional.empty() : Optional.of(finding))
                .stream())
        .toList();
  }

  private static Finding withSeverity(Finding finding, dev.pgmend.api.v1alpha1.Severity severity) {
    return new Finding(
        finding.detector(),
        SpecMapping.severity(severity),
        finding.target(),
        finding.summary(),
        finding.evidence());
  }

  /** The largest bottleneck among the repairs that the learner proposed and that have not ended. */
  private static Optional<Bottleneck> bottleneck(List<HealingAction> actions) {
    return actions.stream()
        .filter(action -> !Actions.phaseOf(action).ended() && Actions.isAdvised(action))
        .map(action -> SpecMapping.finding(action.getSpec()))
        .flatMap(finding -> bottleneck(finding).stream())
        .max(Comparator.comparing(b -> Objects.requireNonNullElse(b.timeSharePercent(), 0)));
  }

  private static Optional<Bottleneck> bottleneck(Finding finding) {
    var statement = finding.evidence().get(Advised.QUERY_ID);
    return statement == null
        ? Optional.empty()
        : Optional.of(
            new Bottleneck(
                statement,
                List.of(finding.evidence().getOrDefault(Advised.BOTTLENECK, "").split(", ", -1)),
                share(finding.evidence().get(Advised.SHARE))));
  }

  /** A record written by hand can contain anything. */
  private static @Nullable Integer share(@Nullable String text) {
    try {
      return text == null ? null : Math.clamp(Math.round(Double.parseDouble(text)), 0, 100);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static Optional<LastAction> lastOf(List<HealingAction> actions) {
    return actions.stream()
        .filter(action -> phaseTime(action) != null)
        .max(Comparator.comparing(action -> Instant.parse(String.valueOf(phaseTime(action)))))
        .map(action ->
            new LastAction(
                action.getMetadata().getName(), Actions.phaseOf(action), phaseTime(action)));
  }

  private static @Nullable String phaseTime(HealingAction action) {
    var times = Actions.statusOf(action).timesOrDefault();
    return Stream.of(
            times.endedAt(),
            times.verifyingAt(),
            times.startedAt(),
            times.scheduledAt(),
            times.proposedAt())
        .filter(Objects::nonNull)
        // As text, a time without a fraction would come after every other one of its second.
        .max(Comparator.comparing(Instant::parse))
        .orElse(null);
  }
}
