// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.Measurement;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.learner.advice.Diagnosis;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.action.Facts;
import dev.pgmend.operator.cluster.ClusterKey;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One line of what {@code run} prints; docs/reference/run.md describes the fields. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
sealed interface RunEvent {
  /** The line of the text output. */
  String text();

  /** The operator started. */
  @JsonTypeName("started")
  record Started(String metrics, String api) implements RunEvent {
    @Override
    public String text() {
      return "operator started; API " + api + ", metrics at " + metrics;
    }
  }

  /** A finding appeared or disappeared. */
  @JsonTypeName("finding")
  record FindingChange(
      String cluster,
      String state,
      String detector,
      String severity,
      String database,
      String target,
      String summary,
      Map<String, String> evidence)
      implements RunEvent {
    static FindingChange of(ClusterKey cluster, String state, Finding finding) {
      return new FindingChange(
          cluster.name(),
          state,
          finding.detector(),
          finding.severity().name().toLowerCase(Locale.ROOT),
          finding.target().database(),
          finding.target().toString(),
          finding.summary(),
          finding.evidence());
    }

    @Override
    public String text() {
      return "%s  %-5s %-8s %s %s: %s"
          .formatted(cluster, state, severity, detector, target, summary);
    }
  }

  /** An action changed. */
  @JsonTypeName("action")
  record Action(
      String cluster,
      String name,
      String type,
      String target,
      @Nullable String detector,
      String phase,
      @Nullable Integer progressPercent,
      @Nullable String reason,
      @Nullable String message,
      List<String> statements,
      List<String> undo,
      @Nullable Integer improvementPercent,
      @Nullable Integer lowPercent,
      @Nullable Integer highPercent,
      @Nullable String decision,
      @Nullable Long bytesBefore,
      @Nullable Long bytesAfter)
      implements RunEvent {
    static Action of(HealingAction action) {
      var spec = action.getSpec();
      var status = Actions.statusOf(action);
      var verdict = status.verdict();
      return new Action(
          spec.clusterRef().name(),
          action.getMetadata().getName(),
          spec.type(),
          Actions.targetOf(action).toString(),
          spec.finding() == null ? null : spec.finding().detector(),
          status.phaseOrDefault().name(),
          status.progressPercent(),
          status.reason(),
          status.message(),
          spec.statements(),
          spec.undo(),
          verdict == null ? null : verdict.improvementPercent(),
          verdict == null ? null : verdict.lowPercent(),
          verdict == null ? null : verdict.highPercent(),
          verdict == null ? null : verdict.decision().name(),
          bytes(status.before()),
          bytes(status.after()));
    }

    @Override
    public String text() {
      var progress =
          progressPercent == null || !phase.equals("Running") ? "" : " " + progressPercent + "%";
      var size =
          bytesBefore == null || bytesAfter == null
              ? ""
              : " (%s -> %s)".formatted(ByteSize.of(bytesBefore), ByteSize.of(bytesAfter));
      return "%s  %s %s %s%s: %s%s"
          .formatted(cluster, type, target, phase, progress, Objects.toString(message, ""), size);
    }

    private static @Nullable Long bytes(@Nullable Measurement measurement) {
      if (measurement == null) {
        return null;
      }
      var text = measurement.facts().get(Facts.TARGET_BYTES);
      return text == null ? null : Long.valueOf(text);
    }
  }

  /** The learner found the bottleneck of a statement. */
  @JsonTypeName("diagnosis")
  record StatementDiagnosis(String cluster, String database, AdviceJson.StatementJson diagnosis)
      implements RunEvent {
    static StatementDiagnosis of(ClusterKey cluster, String database, Diagnosis diagnosis) {
      return new StatementDiagnosis(
          cluster.name(), database, AdviceJson.statement(database, diagnosis));
    }

    @Override
    public String text() {
      var advice = diagnosis.advice();
      return "%s  learned  %s: %.1f ms a call, %.0f%% of all time, bottleneck %s; %s"
          .formatted(
              cluster,
              diagnosis.statement(),
              diagnosis.meanMs(),
              diagnosis.sharePercent(),
              String.join(", ", diagnosis.bottleneck()),
              advice == null
                  ? "no advice"
                  : "an index on %s.%s(%s) would save %s"
                      .formatted(
                          advice.schema(),
                          advice.relation(),
                          String.join(", ", advice.columns()),
                          advice.gain()));
    }
  }

  /** No work is left. */
  @JsonTypeName("summary")
  record Summary(
      int clusters, int healthScore, Map<String, Integer> findings, Map<String, Long> actions)
      implements RunEvent {
    static Summary of(List<PgCluster> clusters, List<HealingAction> actions) {
      var health = 100;
      var findings = new TreeMap<>(Map.of("critical", 0, "warning", 0, "info", 0));
      for (var cluster : clusters) {
        var status = cluster.getStatus();
        if (status == null || status.healthScore() == null || status.findingCounts() == null) {
          continue;
        }
        health = Math.min(health, status.healthScore());
        findings.merge("critical", status.findingCounts().critical(), Integer::sum);
        findings.merge("warning", status.findingCounts().warning(), Integer::sum);
        findings.merge("info", status.findingCounts().info(), Integer::sum);
      }
      return new Summary(
          clusters.size(),
          health,
          findings,
          actions.stream()
              .collect(
                  Collectors.groupingBy(
                      action -> Actions.phaseOf(action).name(),
                      TreeMap::new,
                      Collectors.counting())));
    }

    @Override
    public String text() {
      return "%d clusters, health %d of 100, open findings %s, actions %s"
          .formatted(clusters, healthScore, findings, actions);
    }
  }
}
