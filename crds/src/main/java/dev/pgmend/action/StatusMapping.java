// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.action;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.verify.Measurement;
import dev.pgmend.healing.verify.Verdict;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Between the journal, measurements and verdicts of the engine, and the status of a HealingAction.
 */
public final class StatusMapping {
  private StatusMapping() {}

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
        SpecMapping.withoutEmpty(entry.details()));
  }

  public static dev.pgmend.api.v1alpha1.Measurement measurement(
      Measurement measurement, Map<String, String> facts) {
    return new dev.pgmend.api.v1alpha1.Measurement(
        measurement.from().toString(),
        measurement.to().toString(),
        measurement.statements().stream()
            .map(s ->
                new dev.pgmend.api.v1alpha1.Measurement.Statement(
                    Long.toString(s.queryId()),
                    s.query(),
                    s.affected(),
                    s.calls(),
                    decimal(s.meanMs())))
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
                    Double.parseDouble(s.meanMs())))
            .toList(),
        measurement.affectedSeries(),
        measurement.controlSeries());
  }

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
            percent(verdict.improvementPercent()),
            percent(verdict.lowPercent()),
            percent(verdict.highPercent()),
            decision,
            verdict.message());
  }

  /** The measured effect of an action; empty if nothing was measured. */
  public static Optional<Verdict> verdict(HealingAction action) {
    var status = action.getStatus();
    var verdict = status == null ? null : status.verdict();
    if (verdict == null
        || verdict.improvementPercent() == null
        || verdict.lowPercent() == null
        || verdict.highPercent() == null) {
      return Optional.empty();
    }
    var decision =
        switch (verdict.decision()) {
          case Improved -> Verdict.Decision.IMPROVED;
          case Neutral -> Verdict.Decision.NEUTRAL;
          case Regressed -> Verdict.Decision.REGRESSED;
          case NotEnoughTraffic -> Verdict.Decision.NOT_ENOUGH_TRAFFIC;
        };
    return Optional.of(
        new Verdict(
            decision,
            verdict.improvementPercent(),
            verdict.lowPercent(),
            verdict.highPercent(),
            String.valueOf(verdict.message())));
  }

  private static int percent(double value) {
    return Math.toIntExact(Math.round(value));
  }

  /** Never in scientific notation, and parsed back to the same number. */
  private static String decimal(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
