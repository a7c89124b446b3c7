// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingActionStatus.Verdict;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.NotEnoughTraffic;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Verification;

/** Decision after a verdict: keep the repair, or undo it. */
final class Judgement {
  private Judgement() {}

  /**
   * @param findingGone whether the repair fixed the finding
   * @param undoable whether the repair can be undone
   */
  static Transition.To of(
      Verdict verdict, boolean findingGone, boolean undoable, Verification verification) {
    var message = String.valueOf(verdict.message());
    if (!findingGone) {
      return undo(
          undoable,
          verification,
          "FindingPersists",
          "the statements ran, but the finding is still there");
    }
    return switch (verdict.decision()) {
      case Improved -> new Transition.To(HealingPhase.Succeeded, "Improved", message);
      case Neutral -> new Transition.To(HealingPhase.Succeeded, "Neutral", message);
      case Regressed -> undo(undoable, verification, Decision.Regressed.name(), message);
      case NotEnoughTraffic ->
          undoable && verification.notEnoughTrafficOrDefault() == NotEnoughTraffic.Undo
              ? new Transition.To(HealingPhase.RollingBack, "NotEnoughTraffic", message)
              : new Transition.To(HealingPhase.Succeeded, "NotEnoughTraffic", message);
    };
  }

  private static Transition.To undo(
      boolean undoable, Verification verification, String reason, String message) {
    if (!undoable) {
      return new Transition.To(
          HealingPhase.Failed, reason, message + "; the repair cannot be undone");
    }
    return verification.rollbackOrDefault()
        ? new Transition.To(HealingPhase.RollingBack, reason, message)
        : new Transition.To(
            HealingPhase.Failed,
            reason,
            message + "; the repair is kept because verification.rollback is false");
  }
}
