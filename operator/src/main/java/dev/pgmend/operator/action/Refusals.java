// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.Reasons;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests of users that cannot take effect, and why. */
final class Refusals {
  /** The condition that is False if an undo cannot take effect. */
  static final String UNDO = "UndoAccepted";

  /** The condition that is False if spec.approval cannot take effect. */
  static final String APPROVAL = "ApprovalAccepted";

  private Refusals() {}

  /**
   * One refused request.
   *
   * @param condition type of the condition that reports it
   */
  record Refusal(String condition, String reason, String message) {}

  static List<Refusal> of(HealingAction action, Permission permission) {
    var refusals = new ArrayList<Refusal>();
    // The annotation stays after the undo that it requested.
    if (Lifecycle.isUndoRequested(action) && !wasAccepted(action)) {
      undo(action).ifPresent(refusals::add);
    }
    if (action.getSpec().approval() != null) {
      approval(action, action.getSpec().approval(), permission).ifPresent(refusals::add);
    }
    return refusals;
  }

  private static Optional<Refusal> undo(HealingAction action) {
    var ignored = "the annotation %s has no effect: ".formatted(Annotations.UNDO);
    return switch (Actions.phaseOf(action)) {
      case Succeeded ->
          action.getSpec().undo().isEmpty()
              ? refusal(
                  UNDO, "NothingToUndo", ignored + "spec.undo is empty, nothing can be undone")
              : Optional.empty();
      case RollingBack -> Optional.empty();
      case RolledBack -> refusal(UNDO, "AlreadyUndone", ignored + "the action was already undone");
      case Proposed, AwaitingApproval, Scheduled, Running, Verifying ->
          refusal(
              UNDO,
              "NotSucceeded",
              ignored
                  + "the action has not succeeded yet; to stop it, set spec.approval to Denied");
      case Failed, Cancelled, Superseded, Expired ->
          refusal(
              UNDO,
              "NotSucceeded",
              ignored + "the action ended as %s".formatted(Actions.phaseOf(action)));
    };
  }

  private static boolean wasAccepted(HealingAction action) {
    return Actions.statusOf(action).conditions().stream()
        .anyMatch(condition -> condition.type().equals(UNDO) && condition.holds());
  }

  /** Requests that cannot take effect because the PgCluster was deleted. */
  static List<Refusal> withoutCluster(HealingAction action) {
    return Lifecycle.isUndoRequested(action) && Actions.phaseOf(action) == HealingPhase.Succeeded
        ? List.of(
            new Refusal(
                UNDO,
                Reasons.CLUSTER_DELETED,
                "the annotation %s has no effect: PgCluster %s was deleted"
                    .formatted(Annotations.UNDO, action.getSpec().clusterRef().name())))
        : List.of();
  }

  private static Optional<Refusal> approval(
      HealingAction action, Approval approval, Permission permission) {
    var phase = Actions.phaseOf(action);
    if (phase.beforeRunning() && Approvals.isFromCreation(action)) {
      return refusal(APPROVAL, "SetAtCreation", Approvals.doesNotCount(action));
    }
    return switch (approval) {
      case Approved -> approved(phase, permission);
      case Denied -> denied(phase);
    };
  }

  private static Optional<Refusal> approved(HealingPhase phase, Permission permission) {
    if (phase.beforeRunning() && permission instanceof Permission.ForbiddenByPolicy forbidden) {
      return refusal(
          APPROVAL,
          Lifecycle.FORBIDDEN_BY_POLICY,
          "spec.approval: Approved has no effect: " + forbidden.message());
    }
    return switch (phase) {
      case Cancelled, Superseded, Expired ->
          refusal(
              APPROVAL,
              "ActionEnded",
              "spec.approval: Approved has no effect: the action ended as %s; delete it to allow a"
                      .formatted(phase)
                  + " new proposal");
      default -> Optional.empty();
    };
  }

  private static Optional<Refusal> denied(HealingPhase phase) {
    return switch (phase) {
      case Verifying, Succeeded ->
          refusal(
              APPROVAL,
              "AlreadyRan",
              "spec.approval: Denied has no effect: the statements ran; to undo an action that"
                  + " succeeded, set the annotation %s to true".formatted(Annotations.UNDO));
      default -> Optional.empty();
    };
  }

  private static Optional<Refusal> refusal(String condition, String reason, String message) {
    return Optional.of(new Refusal(condition, reason, message));
  }
}
