package dev.pgmend.operator.policy;

import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import java.util.ArrayList;
import java.util.List;

/** Wishes that the API has words for and this version does nothing about; a policy says so. */
final class NotYetEnforced {
  private NotYetEnforced() {}

  static List<String> in(TuningPolicySpec spec) {
    var fields = new ArrayList<String>();
    if (spec.rollout() != null) {
      fields.add("spec.rollout");
    }
    if (spec.parameters() != null && spec.parameters().allowRestartOrDefault()) {
      fields.add("spec.parameters.allowRestart");
    }
    return fields;
  }
}
