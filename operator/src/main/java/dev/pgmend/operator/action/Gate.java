// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.ApprovalVia;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.guard.Limits;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.policy.MaintenanceWindows;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Applies the policy of a cluster to its actions. No other class reads a policy for them. */
public final class Gate {
  private static final Duration LATER = Duration.ofSeconds(30);
  private static final Duration LONG_TRANSACTION = Duration.ofMinutes(1);

  private final EffectivePolicy policy;

  public Gate(EffectivePolicy policy) {
    this.policy = policy;
  }

  /** Whether actions of this type are proposed. */
  public boolean proposes(String type) {
    return policy.modeOf(type) != ActionMode.Never;
  }

  /** Whether actions of this type run without an approval. */
  public boolean runsAutomatically(String type) {
    return policy.modeOf(type) == ActionMode.Auto;
  }

  /** Whether an action can run, as far as users and the policy decide. */
  public Permission permission(HealingAction action) {
    var type = action.getSpec().type();
    var approval = Approvals.given(action);
    if (approval.filter(Approval.Denied::equals).isPresent()) {
      return new Permission.Denied();
    }
    if (!proposes(type)) {
      return new Permission.ForbiddenByPolicy(
          "policy %s does not allow %s".formatted(policy.name(), type));
    }
    if (approval.isPresent()) {
      return new Permission.Allowed(
          ApprovalVia.SpecApproval, Approvals.managerOf(action), "spec.approval is Approved");
    }
    if (Approvals.isListed(action, policy.spec().approvals())) {
      return new Permission.Allowed(
          ApprovalVia.PolicyApprovals,
          policy.name(),
          "policy %s lists it in spec.approvals".formatted(policy.name()));
    }
    if (runsAutomatically(type)) {
      var message = "policy %s runs %s automatically".formatted(policy.name(), type);
      return new Permission.Allowed(
          ApprovalVia.ModeAuto,
          policy.name(),
          Approvals.isFromCreation(action)
              ? message + ". " + Approvals.doesNotCount(action)
              : message);
    }
    return new Permission.NotApproved(
        Approvals.howToApprove(action, policy.name(), policy.spec().approvals()));
  }

  /** Conditions that an allowed action waits for because of the policy; the longest wait first. */
  Optional<Transition.Wait> hold(Instant now, long indexBytes) {
    var windows = new MaintenanceWindows(policy.spec().windows());
    if (!windows.isOpen(now)) {
      return Optional.of(
          new Transition.Wait(
              "WaitingForWindow",
              windows
                  .nextOpening(now)
                  .map(next -> "the next window opens at " + next)
                  .orElse("no window of policy %s will ever open".formatted(policy.name())),
              LATER));
    }
    var max = policy.spec().budgetOrDefault().maxIndexSizeIfAny();
    if (max.isPresent() && indexBytes > max.getAsLong()) {
      return Optional.of(
          new Transition.Wait(
              "OverBudget",
              "the repair would build an index of %s, but budget.maxIndexSize of policy %s is %s"
                  .formatted(ByteSize.of(indexBytes), policy.name(), ByteSize.of(max.getAsLong())),
              LATER));
    }
    return Optional.empty();
  }

  /** Why a running action must stop; empty if it can continue. */
  Optional<String> stop(HealingAction action) {
    return switch (permission(action)) {
      case Permission.Denied _ -> Optional.of("spec.approval was set to Denied");
      case Permission.ForbiddenByPolicy forbidden -> Optional.of(forbidden.message());
      // An approval that was withdrawn does not stop what has begun: only a denial does.
      case Permission.NotApproved _, Permission.Allowed _ -> Optional.empty();
    };
  }

  /** How long the workload is measured before and after an action. */
  Duration window() {
    return policy.spec().verificationOrDefault().windowOrDefault();
  }

  /** The slowdown in percent above which an action is harmful. */
  int maxRegressionPercent() {
    return policy.spec().verificationOrDefault().maxRegressionPercentOrDefault();
  }

  /** Decision after a verdict. */
  Transition.To judge(HealingActionStatus.Verdict verdict, boolean findingGone, boolean undoable) {
    return Judgement.of(verdict, findingGone, undoable, policy.spec().verificationOrDefault());
  }

  int maxInCluster() {
    return policy.spec().budgetOrDefault().perClusterOrDefault();
  }

  int maxInFleet() {
    return policy.spec().budgetOrDefault().perFleetOrDefault();
  }

  InspectionOptions inspectionOptions() {
    return policy.inspectionOptions();
  }

  /**
   * The limits that guards enforce.
   *
   * @param ownerBusy why no repair must run now, if so; called often
   */
  Limits limits(
      OptionalLong diskCapacityBytes,
      Optional<Instant> lastBackup,
      Supplier<Optional<String>> ownerBusy) {
    var budget = policy.spec().budgetOrDefault();
    return new Limits(
        budget.minFreeDiskPercentOrDefault(),
        diskCapacityBytes,
        LONG_TRANSACTION,
        budget.maxReplicaLagOrDefault(),
        budget.maxActiveSessionsPerCoreIfAny(),
        policy.machine().cores(),
        budget.maxBackupAgeIfAny().map(maxAge -> new Limits.Backups(maxAge, lastBackup)),
        ownerBusy);
  }
}
