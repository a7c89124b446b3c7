// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.Reasons;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.engine.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The state machine of an action: decides the next transition, and changes nothing. */
public final class Lifecycle {
  /** The reason of an action that waits until the policy allows its type. */
  public static final String FORBIDDEN_BY_POLICY = "ForbiddenByPolicy";

  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(15);
  private static final int MAX_DOUBLINGS = 8;
  private static final int MAX_WINDOWS_TO_MEASURE = 3;
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
          isUndoRequested(action) && !action.getSpec().undo().isEmpty()
              ? new Transition.To(
                  HealingPhase.RollingBack,
                  "UndoRequested",
                  "the annotation %s requests an undo".formatted(Annotations.UNDO))
              : Retention.of(status, situation.now());
      case RolledBack, Failed, Cancelled, Superseded, Expired ->
          Retention.of(status, situation.now());
    };
  }

  /** The next transition of an action whose PgCluster was deleted. */
  public static Transition withoutCluster(HealingAction action, Instant now) {
    var status = Actions.statusOf(action);
    var deleted = "PgCluster %s was deleted".formatted(action.getSpec().clusterRef().name());
    return switch (status.phaseOrDefault()) {
      case Proposed, AwaitingApproval, Scheduled ->
          new Transition.To(
              HealingPhase.Cancelled,
              Reasons.CLUSTER_DELETED,
              Actions.isPartiallyApplied(status)
                  ? deleted + " after some of its statements took effect; spec.undo undoes them"
                  : deleted + " before it ran");
      case Running, RollingBack ->
          new Transition.To(
              HealingPhase.Failed,
              Reasons.CLUSTER_DELETED,
              deleted + " while its statements ran; status.journal shows which ones took effect");
      case Verifying ->
          new Transition.To(
              HealingPhase.Succeeded,
              Reasons.CLUSTER_DELETED,
              "its statements ran; the effect was not measured because " + deleted);
      case Succeeded, RolledBack, Failed, Cancelled, Superseded, Expired ->
          Retention.of(status, now);
    };
  }

  private static Transition beforeRunning(
      HealingAction action, HealingActionStatus status, Situation situation) {
    var permission = situation.gate().permission(action);
    if (permission instanceof Permission.Denied) {
      return denied(action, status);
    }
    // The first statements of a repair can make its own finding look different, or gone.
    switch (Actions.isPartiallyApplied(status)
        ? Situation.Sighting.PRESENT
        : situation.sighting()) {
      case GONE -> {
        return new Transition.To(HealingPhase.Expired, "FindingGone", "the finding is gone");
      }
      case CHANGED -> {
        return new Transition.To(
            HealingPhase.Superseded,
            "StatementsDiffer",
            "fixing the finding now needs other statements, which are proposed anew");
      }
      case UNKNOWN, PRESENT -> {}
    }
    return switch (permission) {
      case Permission.Denied _ -> denied(action, status);
      // It is not cancelled: a policy can change for the time of an incident.
      case Permission.ForbiddenByPolicy forbidden ->
          new Transition.Wait(FORBIDDEN_BY_POLICY, forbidden.message(), LATER);
      case Permission.NotApproved missing ->
          status.phaseOrDefault() == HealingPhase.AwaitingApproval
              ? new Transition.Wait("AwaitingApproval", missing.message(), LATER)
              : new Transition.To(
                  HealingPhase.AwaitingApproval, "AwaitingApproval", missing.message());
      case Permission.Allowed allowed ->
          status.phaseOrDefault() == HealingPhase.Scheduled
              ? scheduled(status, situation)
              : new Transition.To(HealingPhase.Scheduled, "Allowed", allowed.message());
    };
  }

  private static Transition denied(HealingAction action, HealingActionStatus status) {
    return Actions.isPartiallyApplied(status) && !action.getSpec().undo().isEmpty()
        ? new Transition.To(
            HealingPhase.RollingBack,
            "Denied",
            "spec.approval is Denied; the statements that took effect are undone")
        : new Transition.To(HealingPhase.Cancelled, "Denied", "spec.approval is Denied");
  }

  /** Checks the waits in the order of how long they can last: the longest is reported first. */
  private static Transition scheduled(HealingActionStatus status, Situation situation) {
    if (situation.paused()) {
      return new Transition.Wait("Paused", "the PgCluster is paused", LATER);
    }
    var hold = situation.gate().hold(situation.now(), situation.indexBytes());
    if (hold.isPresent()) {
      return hold.get();
    }
    var backoff = backoff(status, situation.now());
    if (backoff.isPositive()) {
      // The status keeps the reason why the last attempt was stopped.
      return new Transition.Keep(backoff);
    }
    if (situation.sighting() == Situation.Sighting.UNKNOWN && !Actions.isPartiallyApplied(status)) {
      return new Transition.Wait(
          "WaitingForInspection", "the next inspection must confirm the finding", SOON);
    }
    if (situation.past().measurable()
        && situation.past().missing().isPositive()
        && !hasWaitedLongEnough(status, situation)) {
      return new Transition.Wait(
          "MeasuringBefore",
          "the workload before the repair is being measured",
          situation.past().missing());
    }
    return situation
        .blockedBy()
        .<Transition>map(
            other -> new Transition.Wait("WaitingForAction", "waiting for " + other, SOON))
        .orElseGet(() -> new Transition.Run(Direction.FORWARD));
  }

  /** Counters that are reset again and again never cover a whole window. */
  private static boolean hasWaitedLongEnough(HealingActionStatus status, Situation situation) {
    var since = status.timesOrDefault().scheduledAt();
    var maxWait = situation.gate().window().multipliedBy(MAX_WINDOWS_TO_MEASURE);
    return since != null && situation.now().isAfter(Instant.parse(since).plus(maxWait));
  }

  /** Remaining wait after a guard stopped an attempt: doubled each time, up to an hour. */
  private static Duration backoff(HealingActionStatus status, Instant now) {
    var since = status.timesOrDefault().scheduledAt();
    if (status.attemptsOrDefault() == 0 || since == null) {
      return Duration.ZERO;
    }
    var wait =
        FIRST_BACKOFF.multipliedBy(1L << Math.min(status.attemptsOrDefault() - 1, MAX_DOUBLINGS));
    return Duration.between(now, Instant.parse(since).plus(wait));
  }

  static boolean isUndoRequested(HealingAction action) {
    var annotations = action.getMetadata().getAnnotations();
    return "true".equals((annotations == null ? Map.of() : annotations).get(Annotations.UNDO));
  }
}
