package dev.pgmend.action;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.verify.Measurement;
import dev.pgmend.healing.verify.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Between the engine's values and the resources' fields. */
public final class ApiMapping {
  private ApiMapping() {}

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
        ActionSpecs.withoutEmpty(entry.details()));
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

  /** The worst findings as a cluster's status names them. */
  public static List<Finding> worst(List<Finding> findings, int most) {
    return findings.stream().filter(f -> f.severity() != Severity.INFO).limit(most).toList();
  }

  private static double oneDecimal(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
