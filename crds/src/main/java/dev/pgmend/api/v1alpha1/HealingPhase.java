package dev.pgmend.api.v1alpha1;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where an action is on its way.
 *
 * <pre>
 * Proposed -> AwaitingApproval -> Scheduled -> Running -> Verifying -> Succeeded
 *                                     ^           |           |
 *                                     +-----------+           +-> RollingBack -> RolledBack
 * </pre>
 *
 * A success goes to RollingBack too, when the user asks for it, and a run that fails halfway or is
 * forbidden there.
 *
 * <p>From any phase before Running an action may also become Cancelled, Superseded or Expired;
 * Running, Verifying and RollingBack may end in Failed.
 */
public enum HealingPhase {
  /**
   * Made from a finding, not yet weighed against the policy.
   *
   * <p>Goes to AwaitingApproval when the policy only recommends it, to Scheduled when it may run,
   * to Cancelled when the user or the policy forbids it, to Superseded when another action takes
   * its place, to Expired when the finding is gone.
   */
  Proposed,
  /**
   * Waits for a user.
   *
   * <p>Goes to Scheduled when it is approved or the policy becomes Auto, to Cancelled when it is
   * forbidden, to Superseded when another action takes its place, to Expired when the finding is
   * gone. What was called off half done goes to RollingBack in place of these.
   */
  AwaitingApproval,
  /**
   * May run, and waits for its window, its budget and its guards.
   *
   * <p>Goes to Running when all of them agree, back to AwaitingApproval when the approval is taken
   * away or the policy becomes Recommend, to Cancelled when it is forbidden, to Superseded when
   * another action takes its place, to Expired when the finding is gone. What was called off half
   * done goes on whatever the finding looks like, and to RollingBack when it is forbidden.
   */
  Scheduled,
  /**
   * Its statements run.
   *
   * <p>Goes to Verifying when they are done, to Failed when one fails for good, to RollingBack when
   * others had taken effect before that and can be undone, back to Scheduled when a guard stopped
   * it and what it left is cleaned up.
   */
  Running,
  /**
   * Done, and its effect is being measured.
   *
   * <p>Goes to Succeeded when it helped or did no harm, to RollingBack when it did harm, to Failed
   * when it did harm and may not be undone.
   */
  Verifying,
  /**
   * Is being undone.
   *
   * <p>Goes to RolledBack when everything is as before, to Failed when the undo fails.
   */
  RollingBack,
  /**
   * Ended: it helped, or did no harm.
   *
   * <p>Goes to RollingBack when the user asks for it by the annotation pgmend.dev/undo.
   */
  Succeeded,
  /** Ended: it was undone. Goes nowhere. */
  RolledBack,
  /** Ended: it could not be done, or not be undone. Goes nowhere. */
  Failed,
  /** Ended before it ran: forbidden by the user or the policy. Goes nowhere. */
  Cancelled,
  /** Ended before it ran: another action took its place. Goes nowhere. */
  Superseded,
  /** Ended before it ran: its finding is gone or too old. Goes nowhere. */
  Expired;

  /** The phases that may come next. */
  public Set<HealingPhase> next() {
    return switch (this) {
      case Proposed -> set(AwaitingApproval, Scheduled, Cancelled, Superseded, Expired);
      case AwaitingApproval -> set(Scheduled, RollingBack, Cancelled, Superseded, Expired);
      case Scheduled -> set(Running, AwaitingApproval, RollingBack, Cancelled, Superseded, Expired);
      case Running -> set(Verifying, Scheduled, RollingBack, Failed);
      case Verifying -> set(Succeeded, RollingBack, Failed);
      case RollingBack -> set(RolledBack, Failed);
      case Succeeded -> set(RollingBack);
      case RolledBack, Failed, Cancelled, Superseded, Expired -> Set.of();
    };
  }

  /** Whether that phase may come next. */
  public boolean canGoTo(HealingPhase phase) {
    return next().contains(phase);
  }

  /** Whether pgmend does nothing more by itself. */
  public boolean ended() {
    return switch (this) {
      case Succeeded, RolledBack, Failed, Cancelled, Superseded, Expired -> true;
      case Proposed, AwaitingApproval, Scheduled, Running, Verifying, RollingBack -> false;
    };
  }

  /** Whether no statement of the action runs or has run to the last. */
  public boolean beforeRunning() {
    return switch (this) {
      case Proposed, AwaitingApproval, Scheduled -> true;
      case Running,
          Verifying,
          RollingBack,
          Succeeded,
          RolledBack,
          Failed,
          Cancelled,
          Superseded,
          Expired ->
          false;
    };
  }

  /** What a user who finds an action in this phase can do about it, in a sentence. */
  public String whatYouCanDo() {
    return switch (this) {
      case Proposed -> "Nothing is needed: pgmend weighs it against the policy next.";
      case AwaitingApproval ->
          "Read spec.statements; set spec.approved to true, or add its name to the policy's"
              + " approvals, to run it, or set spec.approved to false to forbid it.";
      case Scheduled ->
          "Nothing is needed: it starts when the reason in status.message is gone; set"
              + " spec.approved to false to forbid it.";
      case Running ->
          "Watch status.progressPercent; pause the PgCluster to have it stopped safely.";
      case Verifying -> "Nothing is needed: its effect is being measured.";
      case RollingBack -> "Nothing is needed: it is being undone.";
      case Succeeded ->
          "Read status.verdict; set the annotation pgmend.dev/undo to \"true\" to undo it.";
      case RolledBack ->
          "Read status.verdict for what it did; to keep it from coming back, set its type to Never"
              + " in the policy's actions.";
      case Failed ->
          "Read status.message and status.journal, mend the cause, then delete it: pgmend proposes"
              + " it anew while the finding lasts.";
      case Cancelled -> "Delete it to have it proposed anew.";
      case Superseded -> "Look at the action that status.message names.";
      case Expired ->
          "Nothing is needed: the finding is gone, and if it returns so does the action.";
    };
  }

  private static Set<HealingPhase> set(HealingPhase first, HealingPhase... rest) {
    return Collections.unmodifiableSet(EnumSet.of(first, rest));
  }
}
