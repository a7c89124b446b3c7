// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.status;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.engine.InspectionReport;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Metrics for Prometheus; docs/reference/metrics.md lists their names. */
public final class Metrics {
  private final MeterRegistry registry;
  private final MultiGauge findings;
  private final MultiGauge health;
  private final ConcurrentMap<String, List<Finding>> byCluster = new ConcurrentHashMap<>();

  public Metrics(MeterRegistry registry) {
    this.registry = registry;
    this.findings =
        MultiGauge.builder("pgmend.findings").description("Open findings").register(registry);
    this.health =
        MultiGauge.builder("pgmend.health.score")
            .description("100 without findings, down to 0")
            .register(registry);
  }

  /** An inspection of a cluster ended. */
  public void inspected(String namespace, String cluster, List<Finding> found, Duration took) {
    registry.timer("pgmend.inspection", "namespace", namespace, "cluster", cluster).record(took);
    byCluster.put(namespace + "/" + cluster, List.copyOf(found));
    publish();
  }

  /** Removes the metrics of a cluster that is no longer managed. */
  public void forget(String namespace, String cluster) {
    byCluster.remove(namespace + "/" + cluster);
    publish();
    registry.getMeters().stream()
        .filter(meter -> meter.getId().getName().startsWith("pgmend."))
        .filter(meter -> namespace.equals(meter.getId().getTag("namespace")))
        .filter(meter -> cluster.equals(meter.getId().getTag("cluster")))
        .forEach(registry::remove);
  }

  /** An action entered a phase. */
  public void entered(HealingAction action, HealingPhase phase) {
    registry
        .counter(
            "pgmend.action.phases",
            "namespace",
            action.getMetadata().getNamespace(),
            "cluster",
            action.getSpec().clusterRef().name(),
            "type",
            action.getSpec().type(),
            "phase",
            phase.name())
        .increment();
  }

  // Two at once could publish the older counts last.
  private synchronized void publish() {
    var counts = new ArrayList<MultiGauge.Row<?>>();
    var scores = new ArrayList<MultiGauge.Row<?>>();
    byCluster.forEach((key, found) -> {
      var slash = key.indexOf('/');
      var tags = Tags.of("namespace", key.substring(0, slash), "cluster", key.substring(slash + 1));
      var bySeverity = new EnumMap<Severity, Integer>(Severity.class);
      found.forEach(finding -> bySeverity.merge(finding.severity(), 1, Integer::sum));
      for (var severity : Severity.values()) {
        var name = severity.name().toLowerCase(Locale.ROOT);
        counts.add(
            MultiGauge.Row.of(tags.and("severity", name), bySeverity.getOrDefault(severity, 0)));
      }
      scores.add(MultiGauge.Row.of(tags, InspectionReport.healthScore(found)));
    });
    findings.register(counts, true);
    health.register(scores, true);
  }
}
