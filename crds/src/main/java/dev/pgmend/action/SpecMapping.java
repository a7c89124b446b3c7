// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.action;

import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Expected;
import dev.pgmend.healing.repair.RepairPlan;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Between a finding with its plan, and the spec of a HealingAction. */
public final class SpecMapping {
  private SpecMapping() {}

  /** The spec of the HealingAction for a finding and its plan. */
  public static HealingActionSpec of(
      HealingActionSpec.ClusterRef cluster, Finding finding, RepairPlan plan) {
    return new HealingActionSpec(
        cluster,
        plan.type(),
        target(finding.target()),
        new HealingActionSpec.Finding(
            finding.detector(),
            severity(finding.severity()),
            finding.summary(),
            withoutEmpty(finding.evidence())),
        plan.statements(),
        plan.undoStatements(),
        plan.expected().map(SpecMapping::expected).orElse(null),
        switch (plan.risk()) {
          case LOW -> dev.pgmend.api.v1alpha1.Risk.Low;
          case MEDIUM -> dev.pgmend.api.v1alpha1.Risk.Medium;
          case HIGH -> dev.pgmend.api.v1alpha1.Risk.High;
        },
        null);
  }

  /** The finding of a HealingAction; its fields are empty if the spec has none. */
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
            finding.evidence(),
            Optional.of(spec.type()));
  }

  /** Whether a spec and a plan have the same target, statements and undo. */
  public static boolean sameWork(HealingActionSpec spec, RepairPlan plan) {
    return spec.statements().equals(plan.statements())
        && spec.undo().equals(plan.undoStatements())
        && target(spec.targetOrDefault()).equals(plan.target());
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
        percent(expected.improvementPercent()),
        percent(expected.low()),
        percent(expected.high()),
        expected.source());
  }

  private static int percent(double value) {
    return Math.toIntExact(Math.round(value));
  }

  public static Severity severity(dev.pgmend.api.v1alpha1.@Nullable Severity severity) {
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
