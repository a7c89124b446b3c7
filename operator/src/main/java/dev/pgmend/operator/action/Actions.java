// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.healing.detect.index.MissingIndex;
import dev.pgmend.healing.finding.Target;

/** Reads fields of HealingActions. An absent status counts as an empty one. */
public final class Actions {
  private Actions() {}

  public static HealingActionStatus statusOf(HealingAction action) {
    var status = action.getStatus();
    return status == null ? HealingActionStatus.EMPTY : status;
  }

  public static HealingPhase phaseOf(HealingAction action) {
    return statusOf(action).phaseOrDefault();
  }

  public static Target targetOf(HealingAction action) {
    return SpecMapping.target(action.getSpec().targetOrDefault());
  }

  /** Whether some of its statements took effect. */
  public static boolean isPartiallyApplied(HealingActionStatus status) {
    return status.journal().stream().anyMatch(entry -> entry.event() == JournalEvent.Done);
  }

  /** Whether the learner proposed it. An inspection looks for its finding only on request. */
  public static boolean isAdvised(HealingAction action) {
    var finding = action.getSpec().finding();
    return finding != null && finding.detector().equals(MissingIndex.NAME);
  }
}
