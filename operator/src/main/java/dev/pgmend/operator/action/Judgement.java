package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.Decision;
import dev.pgmend.api.v1alpha1.HealingActionStatus.Verdict;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.NotEnoughTraffic;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Verification;

/** What follows from a verdict: keep the repair, or take it back. */
public final class Judgement {
  private Judgement() {}

  /**
   * @param findingGone whether the repair did what it was for
   * @param undoable whether there is anything to take back
   */
  public static Transition.To of(
      Verdict verdict, boolean findingGone, boolean undoable, Verification verification) {
    var message = String.valueOf(verdict.message());
    if (!findingGone) {
      return undoIf(
          undoable && verification.rollbackOrDefault(),
          "FindingPersists",
          "the statements ran, but the finding is still there");
    }
    return switch (verdict.decision()) {
      case Improved -> new Transition.To(HealingPhase.Succeeded, "Improved", message);
      case Neutral -> new Transition.To(HealingPhase.Succeeded, "Neutral", message);
      case Regressed ->
          undoIf(undoable && verification.rollbackOrDefault(), Decision.Regressed.name(), message);
      case NotEnoughTraffic ->
          undoable && verification.notEnoughTrafficOrDefault() == NotEnoughTraffic.Undo
              ? new Transition.To(HealingPhase.RollingBack, "NotEnoughTraffic", message)
              : new Transition.To(HealingPhase.Succeeded, "NotEnoughTraffic", message);
    };
  }

  private static Transition.To undoIf(boolean undo, String reason, String message) {
    return undo
        ? new Transition.To(HealingPhase.RollingBack, reason, message)
        : new Transition.To(HealingPhase.Failed, reason, message + "; there is no undoing it");
  }
}
