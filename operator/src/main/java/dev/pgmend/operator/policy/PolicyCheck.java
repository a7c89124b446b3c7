// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.policy;

import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.operator.validation.CelRules;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Finds errors of a policy that its schema, or an old API server, does not check. */
public final class PolicyCheck {
  private PolicyCheck() {}

  /** Sentences about thresholds with a wrong name or value; the rest of the policy holds. */
  public static List<String> thresholdProblems(TuningPolicySpec spec) {
    return Thresholds.problems(spec.thresholds()).stream()
        .map(problem -> "spec.thresholds: " + problem)
        .toList();
  }

  /** Sentences about what makes the whole policy invalid; empty if it is valid. */
  public static List<String> problems(TuningPolicySpec spec) {
    var policy = new TuningPolicy();
    policy.setSpec(spec);
    var problems = new ArrayList<>(CelRules.problems(policy));
    var known = Repairs.byType().keySet();
    for (var type : spec.actions().keySet()) {
      if (!known.contains(type)) {
        // A repair with mode Never would otherwise still run if its type is misspelt.
        problems.add(
            "spec.actions names the unknown action %s; known are %s"
                .formatted(type, String.join(", ", new TreeSet<>(known))));
      }
    }
    try {
      new MaintenanceWindows(spec.windows());
    } catch (IllegalArgumentException e) {
      problems.add("spec.windows: " + e.getMessage());
    }
    return problems;
  }
}
