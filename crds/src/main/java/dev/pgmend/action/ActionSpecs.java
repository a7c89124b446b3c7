package dev.pgmend.action;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Expected;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.verify.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Between a finding with its plan and the record that they become. */
public final class ActionSpecs {
  private ActionSpecs() {}

  /** The record that a plan for a finding becomes. */
  public static HealingActionSpec of(String cluster, Finding finding, RepairPlan plan) {
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
        plan.expected().map(ActionSpecs::expected).orElse(null),
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

  /** Whether a record and a plan have one target and the same statements. */
  public static boolean sameWork(HealingActionSpec spec, RepairPlan plan) {
    return spec.statements().equals(plan.statements())
        && spec.undo().equals(plan.undoStatements())
        && target(spec.targetOrDefault()).equals(plan.target());
  }

  /** What a repair turned out to do; empty where nothing was measured. */
  public static Optional<Verdict> verdict(HealingAction action) {
    var status = action.getStatus();
    var verdict = status == null ? null : status.verdict();
    if (verdict == null
        || verdict.effectPercent() == null
        || verdict.low() == null
        || verdict.high() == null) {
      return Optional.empty();
    }
    var decision =
        switch (verdict.decision()) {
          case Improved -> Verdict.Decision.IMPROVED;
          case Neutral -> Verdict.Decision.NEUTRAL;
          case Regressed -> Verdict.Decision.REGRESSED;
          case NotEnoughTraffic -> Verdict.Decision.NOT_ENOUGH_TRAFFIC;
        };
    // The engine counts a change of time, the resource a gain: their signs are opposite.
    return Optional.of(
        new Verdict(
            decision,
            -verdict.effectPercent(),
            -verdict.high(),
            -verdict.low(),
            String.valueOf(verdict.message())));
  }

  public static Target target(HealingActionSpec.Target target) {
    return new Target(
        orEmpty(target.database()),
        orEmpty(target.schema()),
        orEmpty(target.relation()),
        orEmpty(target.index()),
        target.columns(),
        orEmpty(target.parameter()),
        orEmpty(target.object()));
  }

  public static dev.pgmend.api.v1alpha1.Severity severity(Severity severity) {
    return switch (severity) {
      case INFO -> dev.pgmend.api.v1alpha1.Severity.Info;
      case WARNING -> dev.pgmend.api.v1alpha1.Severity.Warning;
      case CRITICAL -> dev.pgmend.api.v1alpha1.Severity.Critical;
    };
  }

  /** The client writes an empty text in a map as null, which API servers refuse. */
  public static Map<String, String> withoutEmpty(Map<String, String> map) {
    return map.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static HealingActionSpec.Target target(Target target) {
    return new HealingActionSpec.Target(
        orNull(target.database()),
        orNull(target.schema()),
        orNull(target.relation()),
        orNull(target.index()),
        target.columns(),
        orNull(target.parameter()),
        orNull(target.object()));
  }

  private static HealingActionSpec.Expected expected(Expected expected) {
    return new HealingActionSpec.Expected(
        expected.improvementPercent(), expected.low(), expected.high(), expected.source());
  }

  private static Severity severity(dev.pgmend.api.v1alpha1.@Nullable Severity severity) {
    return switch (severity) {
      case Warning -> Severity.WARNING;
      case Critical -> Severity.CRITICAL;
      case Info -> Severity.INFO;
      case null -> Severity.INFO;
    };
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
