package dev.pgmend.operator.policy;

import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.repair.Repairs;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What is wrong with a policy that its schema could not see. */
public final class PolicyCheck {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");

  private PolicyCheck() {}

  /** Sentences for the user; empty if all is well. */
  public static List<String> problems(TuningPolicySpec spec) {
    var problems = new ArrayList<String>();
    var known = Repairs.byType().keySet();
    for (var type : spec.actions().keySet()) {
      if (!known.contains(type)) {
        // A misspelt type that is to be Never would otherwise run all the same.
        problems.add(
            "spec.actions names the unknown action %s; known are %s"
                .formatted(type, String.join(", ", new TreeSet<>(known))));
      }
    }
    for (var name : spec.thresholds().keySet()) {
      var dot = name.indexOf('.');
      if (dot < 0 || !Inspector.detectors().contains(name.substring(0, dot))) {
        problems.add(
            "spec.thresholds names %s; a threshold is written Detector.name, and detectors are %s"
                .formatted(name, String.join(", ", Inspector.detectors())));
      }
    }
    spec.thresholds()
        .forEach((name, value) -> {
          try {
            ByteSize.parse(name, value);
          } catch (IllegalArgumentException e) {
            if (!NUMBER.matcher(value).matches()) {
              problems.add("spec.thresholds: " + e.getMessage());
            }
          }
        });
    try {
      new MaintenanceWindows(spec.windows());
    } catch (IllegalArgumentException e) {
      problems.add("spec.windows: " + e.getMessage());
    }
    return problems;
  }
}
