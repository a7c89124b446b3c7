// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Phase of an action.
 *
 * <pre>
 * Proposed -> AwaitingApproval -> Scheduled -> Running -> Verifying -> Succeeded
 *                                     ^           |           |
 *                                     +-----------+           +-> RollingBack -> RolledBack
 * </pre>
 *
 * <p>An action that succeeded goes to RollingBack when a user requests it. So does one that fails
 * or is denied after some of its statements took effect. Before Running an action can become
 * Cancelled, Superseded or Expired. Running, Verifying and RollingBack can end in Failed.
 */
public enum HealingPhase {
  /**
   * Created from a finding, not yet checked against the policy.
   *
   * <p>Goes to AwaitingApproval if the policy only recommends it, to Scheduled if it can run, to
   * Cancelled if it is denied, to Superseded if the finding needs other statements, to Expired if
   * the finding is gone.
   */
  Proposed,
  /**
   * Waits for an approval.
   *
   * <p>Goes to Scheduled when it is approved or the policy becomes Auto, to Cancelled when it is
   * denied, to Superseded when the finding needs other statements, to Expired when the finding is
   * gone. If it is partially applied and denied, it goes to RollingBack.
   */
  AwaitingApproval,
  /**
   * Allowed, and waits for its window, its budget and its guards.
   *
   * <p>Goes to Running when nothing holds it, back to AwaitingApproval when the approval is
   * withdrawn or the policy becomes Recommend, to Cancelled when it is denied, to Superseded when
   * the finding needs other statements, to Expired when the finding is gone. If it is partially
   * applied, it resumes whatever the finding looks like, and goes to RollingBack when it is denied.
   */
  Scheduled,
  /**
   * Its statements run.
   *
   * <p>Goes to Verifying when they are done, to Failed when one fails, to RollingBack when one
   * fails and earlier ones can be undone, back to Scheduled when a guard stopped it and pgmend
   * cleaned up.
   */
  Running,
  /**
   * Its statements ran, and its effect is being measured.
   *
   * <p>Goes to Succeeded when it helped or did no harm, to RollingBack when it did harm, to Failed
   * when it did harm and is not undone.
   */
  Verifying,
  /**
   * Is being undone.
   *
   * <p>Goes to RolledBack when the undo is done, to Failed when the undo fails.
   */
  RollingBack,
  /**
   * Final: it helped, or did no harm.
   *
   * <p>Goes to RollingBack when a user sets the annotation pgmend.dev/undo.
   */
  Succeeded,
  /** Final: it was undone. */
  RolledBack,
  /** Final: it could not run, or could not be undone. */
  Failed,
  /** Final: it was denied, or its PgCluster was deleted, before it ran. */
  Cancelled,
  /** Final: the finding needs other statements, before it ran. */
  Superseded,
  /** Final: the finding was gone before it ran. */
  Expired;

  /** The phases that can come next. */
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

  /** Whether that phase can come next. */
  public boolean canGoTo(HealingPhase phase) {
    return next().contains(phase);
  }

  /** Whether the phase is final; only an undo leads out of Succeeded. */
  public boolean ended() {
    return switch (this) {
      case Succeeded, RolledBack, Failed, Cancelled, Superseded, Expired -> true;
      case Proposed, AwaitingApproval, Scheduled, Running, Verifying, RollingBack -> false;
    };
  }

  /** Whether the action has not started, or was stopped before its end. */
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

  private static Set<HealingPhase> set(HealingPhase first, HealingPhase... rest) {
    return Collections.unmodifiableSet(EnumSet.of(first, rest));
  }
}
