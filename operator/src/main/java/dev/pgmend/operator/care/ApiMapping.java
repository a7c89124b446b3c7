package dev.pgmend.operator.care;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.healing.detect.Finding;
import dev.pgmend.healing.detect.Severity;
import dev.pgmend.healing.detect.Target;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.repair.Expected;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.verify.Measurement;
import dev.pgmend.healing.verify.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Between the engine's values and the resources' fields. */
public final class ApiMapping {
  private ApiMapping() {}

  /** The record that a plan for a finding becomes. */
  public static HealingActionSpec spec(String cluster, Finding finding, RepairPlan plan) {
    return new HealingActionSpec(
        new HealingActionSpec.ClusterRef(cluster),
        plan.type(),
        target(finding.target()),
        new HealingActionSpec.Finding(
            finding.detector(),
            severity(finding.severity()),
            finding.summary(),
            withoutEmpty(finding.evidence())),
        plan.statements(),
        plan.undoStatements(),
        plan.expected().map(ApiMapping::expected).orElse(null),
        switch (plan.risk()) {
          case LOW -> dev.pgmend.api.v1alpha1.Risk.Low;
          case MEDIUM -> dev.pgmend.api.v1alpha1.Risk.Medium;
          case HIGH -> dev.pgmend.api.v1alpha1.Risk.High;
        },
        null);
  }

  /** The finding that a record was made from; empty fields where the record has none. */
  public static Finding finding(HealingActionSpec spec) {
    var finding = spec.finding();
    var target = target(spec.targetOrDefault());
    return finding == null
        ? new Finding("", Severity.INFO, target, "", Map.of())
        : new Finding(
            finding.detector(),
            severity(finding.severity()),
            target,
            orEmpty(finding.summary()),
            finding.evidence());
  }

  public static Target target(HealingActionSpec.Target target) {
    return new Target(
        orEmpty(target.database()),
        orEmpty(target.schema()),
        orEmpty(target.relation()),
        orEmpty(target.index()),
        target.columns());
  }

  private static HealingActionSpec.Target target(Target target) {
    return new HealingActionSpec.Target(
        orNull(target.database()),
        orNull(target.schema()),
        orNull(target.relation()),
        orNull(target.index()),
        target.columns(),
        null);
  }

  private static HealingActionSpec.Expected expected(Expected expected) {
    return new HealingActionSpec.Expected(
        expected.improvementPercent(), expected.low(), expected.high(), expected.source());
  }

  public static dev.pgmend.api.v1alpha1.Severity severity(Severity severity) {
    return switch (severity) {
      case INFO -> dev.pgmend.api.v1alpha1.Severity.Info;
      case WARNING -> dev.pgmend.api.v1alpha1.Severity.Warning;
      case CRITICAL -> dev.pgmend.api.v1alpha1.Severity.Critical;
    };
  }

  private static Severity severity(dev.pgmend.api.v1alpha1.@Nullable Severity severity) {
    return switch (severity) {
      case Warning -> Severity.WARNING;
      case Critical -> Severity.CRITICAL;
      case Info -> Severity.INFO;
      case null -> Severity.INFO;
    };
  }

  public static JournalEntry entry(HealingActionStatus.JournalEntry entry) {
    return new JournalEntry(
        entry.sequence(),
        entry.step(),
        switch (entry.event()) {
          case Intended -> JournalEntry.Event.INTENDED;
          case Done -> JournalEntry.Event.DONE;
          case Failed -> JournalEntry.Event.FAILED;
          case CleanedUp -> JournalEntry.Event.CLEANED_UP;
          case Undoing -> JournalEntry.Event.UNDOING;
          case Undone -> JournalEntry.Event.UNDONE;
        },
        orEmpty(entry.statement()),
        Instant.parse(entry.at()),
        entry.details());
  }

  public static HealingActionStatus.JournalEntry entry(JournalEntry entry) {
    return new HealingActionStatus.JournalEntry(
        entry.sequence(),
        entry.step(),
        switch (entry.event()) {
          case INTENDED -> JournalEvent.Intended;
          case DONE -> JournalEvent.Done;
          case FAILED -> JournalEvent.Failed;
          case CLEANED_UP -> JournalEvent.CleanedUp;
          case UNDOING -> JournalEvent.Undoing;
          case UNDONE -> JournalEvent.Undone;
        },
        entry.statement(),
        entry.at().toString(),
        withoutEmpty(entry.details()));
  }

  public static dev.pgmend.api.v1alpha1.Measurement measurement(
      Measurement measurement, Map<String, String> facts) {
    return new dev.pgmend.api.v1alpha1.Measurement(
        measurement.from().toString(),
        measurement.to().toString(),
        measurement.statements().stream()
            .map(s ->
                new dev.pgmend.api.v1alpha1.Measurement.Statement(
                    Long.toString(s.queryId()), s.query(), s.affected(), s.calls(), s.meanMs()))
            .toList(),
        measurement.affected(),
        measurement.control(),
        facts);
  }

  public static Measurement measurement(dev.pgmend.api.v1alpha1.Measurement measurement) {
    return new Measurement(
        Instant.parse(Objects.requireNonNullElse(measurement.from(), Instant.EPOCH.toString())),
        Instant.parse(Objects.requireNonNullElse(measurement.to(), Instant.EPOCH.toString())),
        measurement.statements().stream()
            .map(s ->
                new Measurement.Statement(
                    Long.parseLong(s.queryId()),
                    orEmpty(s.query()),
                    s.affected(),
                    s.calls(),
                    s.meanMs()))
            .toList(),
        measurement.affectedSeries(),
        measurement.controlSeries());
  }

  /** The engine counts a change of time, the resource a gain: their signs are opposite. */
  public static HealingActionStatus.Verdict verdict(Verdict verdict) {
    var decision =
        switch (verdict.decision()) {
          case IMPROVED -> Decision.Improved;
          case NEUTRAL -> Decision.Neutral;
          case REGRESSED -> Decision.Regressed;
          case NOT_ENOUGH_TRAFFIC -> Decision.NotEnoughTraffic;
        };
    return verdict.decision() == Verdict.Decision.NOT_ENOUGH_TRAFFIC
        ? new HealingActionStatus.Verdict(null, null, null, decision, verdict.message())
        : new HealingActionStatus.Verdict(
            oneDecimal(-verdict.effectPercent()),
            oneDecimal(-verdict.high()),
            oneDecimal(-verdict.low()),
            decision,
            verdict.message());
  }

  /** Target and statements of two specs say the same. */
  public static boolean sameWork(HealingActionSpec spec, RepairPlan plan) {
    return spec.statements().equals(plan.statements())
        && spec.undo().equals(plan.undoStatements())
        && target(spec.targetOrDefault()).equals(plan.target());
  }

  /** The worst findings as a cluster's status names them. */
  public static List<Finding> worst(List<Finding> findings, int most) {
    return findings.stream().filter(f -> f.severity() != Severity.INFO).limit(most).toList();
  }

  /** The client writes an empty text in a map as null, which API servers refuse. */
  private static Map<String, String> withoutEmpty(Map<String, String> map) {
    return map.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static double oneDecimal(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
