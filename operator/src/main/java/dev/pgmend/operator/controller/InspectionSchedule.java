// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.cluster.ManagedCluster;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** When a cluster must be inspected, and what the inspection must look for. */
final class InspectionSchedule {
  private static final Duration WHILE_PAUSED = Duration.ofSeconds(15);

  private final PgCluster cluster;
  private final ManagedCluster managed;
  private final InstantSource clock;

  InspectionSchedule(PgCluster cluster, ManagedCluster managed, InstantSource clock) {
    this.cluster = cluster;
    this.managed = managed;
    this.clock = clock;
  }

  /** The time until the next inspection; zero if one is due. */
  Duration due(List<HealingAction> actions) {
    if (cluster.getSpec().pausedOrDefault()) {
      return WHILE_PAUSED;
    }
    var last = managed.lastInspection();
    if (last.isEmpty() || !last.get().request().equals(request())) {
      return Duration.ZERO;
    }
    var actionEnded =
        actions.stream()
            .flatMap(
                action -> Stream.ofNullable(Actions.statusOf(action).timesOrDefault().endedAt()))
            .anyMatch(ended -> Instant.parse(ended).isAfter(last.get().begun()));
    var newAdvice =
        advised(actions).stream()
            .anyMatch(finding -> !last.get().advised().contains(finding.key()));
    return actionEnded || newAdvice ? Duration.ZERO : untilNext();
  }

  /** The time until the regular inspection. */
  Duration untilNext() {
    var interval = cluster.getSpec().inspectionIntervalOrDefault();
    var left =
        managed
            .lastInspection()
            .map(last -> Duration.between(clock.instant(), last.next(interval)))
            .orElse(Duration.ZERO);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The value of the annotation that requests an inspection; empty if there is none. */
  String request() {
    var annotations = cluster.getMetadata().getAnnotations();
    return (annotations == null ? Map.<String, String>of() : annotations)
        .getOrDefault(Annotations.INSPECT, "");
  }

  /** Findings of the learner, which no detector reports: each inspection checks them again. */
  static List<Finding> advised(List<HealingAction> actions) {
    return actions.stream()
        .filter(action -> Actions.phaseOf(action).beforeRunning() && Actions.isAdvised(action))
        .map(action -> SpecMapping.finding(action.getSpec()))
        .toList();
  }
}
