// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterStatus;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.operator.status.Events;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Events of a PgCluster: changes of its condition Ready, and findings that appear or disappear. */
final class ClusterEvents {
  /** More findings of one inspection share one Event. */
  static final int MAX_PER_INSPECTION = 10;

  private final Events events;

  ClusterEvents(Events events) {
    this.events = events;
  }

  /** Reports a change of the condition Ready. */
  void ready(PgCluster cluster, PgClusterStatus status) {
    var before = ready(cluster.getStatus());
    var now = ready(status);
    if (now.isEmpty() || now.map(ClusterEvents::key).equals(before.map(ClusterEvents::key))) {
      return;
    }
    var ready = now.get();
    if (ready.holds()) {
      events.normal(cluster, ready.reason(), ready.message());
    } else {
      events.warning(cluster, ready.reason(), ready.message());
    }
  }

  /**
   * Reports Warning and Critical findings that an inspection found first, or no longer found.
   *
   * @param before the findings of the inspection before it
   */
  void findings(PgCluster cluster, List<Finding> before, List<Finding> now) {
    var opened = new ArrayList<Finding>();
    var worse = new ArrayList<Finding>();
    for (var finding : serious(now)) {
      var known = find(before, finding).map(Finding::severity).orElse(Severity.INFO);
      if (known == Severity.INFO) {
        opened.add(finding);
      } else if (known.compareTo(finding.severity()) < 0) {
        worse.add(finding);
      }
    }
    var resolved =
        serious(before).stream()
            .filter(
                finding -> find(now, finding).filter(f -> f.severity() != Severity.INFO).isEmpty())
            .toList();
    report(opened, finding -> events.warning(cluster, "FindingOpened", text(finding)));
    report(worse, finding -> events.warning(cluster, "FindingEscalated", text(finding)));
    report(resolved, finding -> events.normal(cluster, "FindingResolved", text(finding)));
    var more = more(opened) + more(worse) + more(resolved);
    if (more > 0) {
      events.normal(
          cluster,
          "MoreFindings",
          "%d more findings changed; kubectl get pgc %s -o yaml lists the open ones in status.findings"
              .formatted(more, cluster.getMetadata().getName()));
    }
  }

  private static void report(List<Finding> findings, Consumer<Finding> event) {
    findings.stream().limit(MAX_PER_INSPECTION).forEach(event);
  }

  private static int more(List<Finding> findings) {
    return Math.max(0, findings.size() - MAX_PER_INSPECTION);
  }

  private static List<Finding> serious(List<Finding> findings) {
    return findings.stream().filter(f -> f.severity() != Severity.INFO).toList();
  }

  private static Optional<Finding> find(List<Finding> findings, Finding like) {
    Predicate<Finding> isSame = finding -> finding.key().equals(like.key());
    return findings.stream().filter(isSame).findFirst();
  }

  private static String text(Finding finding) {
    return "%s %s: %s".formatted(finding.detector(), finding.target(), finding.summary());
  }

  private static Optional<Condition> ready(@Nullable PgClusterStatus status) {
    return Optional.ofNullable(status).stream()
        .flatMap(known -> known.conditions().stream())
        .filter(condition -> condition.type().equals(Condition.READY))
        .findFirst();
  }

  private static String key(Condition condition) {
    return condition.status() + condition.reason();
  }
}
