package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.operator.policy.MaintenanceWindows;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The state machine of an action: from what is known to the next move, without doing anything. */
public final class Lifecycle {
  /** The reason of an action that waits for another policy. */
  public static final String FORBIDDEN_BY_POLICY = "ForbiddenByPolicy";

  /** How long the record of an ended action is kept. */
  public static final Duration RETENTION = Duration.ofDays(30);

  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(15);
  private static final int MOST_DOUBLINGS = 8;
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration LATER = Duration.ofSeconds(30);

  private Lifecycle() {}

  public static Transition next(HealingAction action, Situation situation) {
    var status = Actions.statusOf(action);
    return switch (status.phaseOrDefault()) {
      case Proposed, AwaitingApproval, Scheduled -> beforeRunning(action, status, situation);
      case Running -> new Transition.Run(Direction.FORWARD);
      case Verifying -> new Transition.Judge();
      case RollingBack -> new Transition.Run(Direction.BACK);
      case Succeeded ->
          undoAsked(action)
              ? new Transition.To(
                  HealingPhase.RollingBack, "UndoAsked", "the user asked to undo it")
              : retired(status, situation.now());
      case RolledBack, Failed, Cancelled, Superseded, Expired -> retired(status, situation.now());
    };
  }

  private static Transition beforeRunning(
      HealingAction action, HealingActionStatus status, Situation situation) {
    var spec = action.getSpec();
    var halfDone = Actions.isHalfDone(status);
    if (spec.approval() == dev.pgmend.api.v1alpha1.Approval.Denied) {
      return halfDone && !spec.undo().isEmpty()
          ? new Transition.To(
              HealingPhase.RollingBack,
              "Forbidden",
              "spec.approval is Denied; what it had done is taken back")
          : new Transition.To(HealingPhase.Cancelled, "Forbidden", "spec.approval is Denied");
    }
    switch (halfDone ? Situation.Sighting.THERE : situation.sighting()) {
      case GONE -> {
        return new Transition.To(HealingPhase.Expired, "FindingGone", "the finding is gone");
      }
      case CHANGED -> {
        return new Transition.To(
            HealingPhase.Superseded,
            "StatementsDiffer",
            "mending the finding takes other statements than these; they are proposed anew");
      }
      case UNKNOWN, THERE -> {}
    }
    var mode = situation.policy().modeOf(spec.type());
    if (mode == ActionMode.Never) {
      // It is not cancelled: policies change, for the length of an incident say.
      return new Transition.Wait(
          FORBIDDEN_BY_POLICY,
          "policy %s does not allow %s".formatted(situation.policy().name(), spec.type()),
          LATER);
    }
    if (mode != ActionMode.Auto && !Approvals.given(action, situation.policy())) {
      return awaitApproval(action, status, situation);
    }
    return status.phaseOrDefault() == HealingPhase.Scheduled
        ? gate(status, situation)
        : new Transition.To(HealingPhase.Scheduled, "Allowed", allowedBy(action, situation));
  }

  private static Transition awaitApproval(
      HealingAction action, HealingActionStatus status, Situation situation) {
    var message = Approvals.howToGive(action, situation.policy());
    return status.phaseOrDefault() == HealingPhase.AwaitingApproval
        ? new Transition.Wait("AwaitingApproval", message, LATER)
        : new Transition.To(HealingPhase.AwaitingApproval, "AwaitingApproval", message);
  }

  /** The order is that of how long each may last: the longest wait is named first. */
  private static Transition gate(HealingActionStatus status, Situation situation) {
    if (situation.paused()) {
      return new Transition.Wait("Paused", "the PgCluster is paused", LATER);
    }
    var windows = new MaintenanceWindows(situation.policy().spec().windows());
    if (!windows.isOpen(situation.now())) {
      var next = windows.nextOpening(situation.now()).map(Instant::toString).orElse("never");
      return new Transition.Wait("WaitingForWindow", "the next window opens: " + next, LATER);
    }
    var max = situation.policy().spec().budgetOrDefault().maxIndexSizeIfAny();
    if (max.isPresent() && situation.indexBytes() > max.getAsLong()) {
      return new Transition.Wait(
          "OverBudget",
          "it would build %s; the policy's budget.maxIndexSize allows %s"
              .formatted(ByteSize.of(situation.indexBytes()), ByteSize.of(max.getAsLong())),
          LATER);
    }
    var backoff = backoff(status, situation.now());
    if (backoff.isPositive()) {
      // The reason why the last attempt was called off stays in sight.
      return new Transition.Keep(backoff);
    }
    if (situation.sighting() == Situation.Sighting.UNKNOWN && !Actions.isHalfDone(status)) {
      return new Transition.Wait(
          "WaitingForInspection", "the finding is to be seen once more", SOON);
    }
    if (situation.past().measurable()
        && situation.past().missing().isPositive()
        && !waitedLongEnough(status, situation)) {
      return new Transition.Wait(
          "MeasuringBefore",
          "the workload before the repair is being measured",
          situation.past().missing());
    }
    return situation
        .blockedBy()
        .<Transition>map(
            other -> new Transition.Wait("WaitingForAction", other + " comes first", SOON))
        .orElseGet(() -> new Transition.Run(Direction.FORWARD));
  }

  /** Counters that are reset again and again never show a whole window. */
  private static boolean waitedLongEnough(HealingActionStatus status, Situation situation) {
    var since = status.timesOrDefault().scheduledAt();
    var window = situation.policy().spec().verificationOrDefault().windowOrDefault();
    return since != null
        && situation.now().isAfter(Instant.parse(since).plus(window.multipliedBy(3)));
  }

  /**
   * What is left to wait after an attempt that a guard called off: each time twice as long, up to
   * about an hour.
   */
  private static Duration backoff(HealingActionStatus status, Instant now) {
    var since = status.timesOrDefault().scheduledAt();
    if (status.attemptsOrDefault() == 0 || since == null) {
      return Duration.ZERO;
    }
    var wait =
        FIRST_BACKOFF.multipliedBy(1L << Math.min(status.attemptsOrDefault() - 1, MOST_DOUBLINGS));
    return Duration.between(now, Instant.parse(since).plus(wait));
  }

  private static String allowedBy(HealingAction action, Situation situation) {
    return Approvals.given(action, situation.policy())
        ? "it was approved"
        : "policy %s lets %s run by itself"
            .formatted(situation.policy().name(), action.getSpec().type());
  }

  private static boolean undoAsked(HealingAction action) {
    var annotations = action.getMetadata().getAnnotations();
    return "true".equals((annotations == null ? Map.of() : annotations).get(Annotations.UNDO))
        && !action.getSpec().undo().isEmpty();
  }

  private static Transition retired(HealingActionStatus status, Instant now) {
    var ended = status.timesOrDefault().endedAt();
    if (ended == null) {
      return new Transition.Keep(RETENTION);
    }
    var left = Duration.between(now, Instant.parse(ended).plus(RETENTION));
    return left.isPositive() ? new Transition.Keep(left) : new Transition.Remove();
  }
}
