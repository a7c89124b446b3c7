package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.Condition;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.operator.status.Conditions;
import dev.pgmend.operator.status.Events;
import dev.pgmend.operator.status.Metrics;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Takes an action from one phase to the next: its status, an Event, the metrics. */
public final class PhaseChange {
  private final ActionStore store;
  private final Events events;
  private final Metrics metrics;
  private final Clock clock;

  public PhaseChange(ActionStore store, Events events, Metrics metrics, Clock clock) {
    this.store = store;
    this.events = events;
    this.metrics = metrics;
    this.clock = clock;
  }

  public void enter(HealingAction action, HealingPhase phase, String reason, String message) {
    enter(action, phase, reason, message, UnaryOperator.identity());
  }

  /**
   * @param also what else changes in the same write
   * @throws IllegalStateException if the phase that the action is in does not lead there
   */
  public void enter(
      HealingAction action,
      HealingPhase phase,
      String reason,
      String message,
      UnaryOperator<HealingActionStatus> also) {
    store.change(
        action, status -> changed(action, also.apply(status), status, phase, reason, message));
    metrics.entered(action, phase);
    if (phase == HealingPhase.Failed || phase == HealingPhase.RollingBack) {
      events.warning(action, phase.name(), message);
    } else {
      events.normal(action, phase.name(), message);
    }
  }

  private HealingActionStatus changed(
      HealingAction action,
      HealingActionStatus status,
      HealingActionStatus before,
      HealingPhase phase,
      String reason,
      String message) {
    var from = before.phaseOrDefault();
    if (from != phase && !from.canGoTo(phase)) {
      throw new IllegalStateException(
          "%s can't go from %s to %s".formatted(action.getMetadata().getName(), from, phase));
    }
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    var times = status.timesOrDefault();
    if (times.proposedAt() == null) {
      times = times.entered(HealingPhase.Proposed, now);
    }
    var generation = action.getMetadata().getGeneration();
    return status.toBuilder()
        .phase(phase)
        .reason(reason)
        .message(message)
        .times(times.entered(phase, now))
        .observedGeneration(generation)
        .conditions(ready(status, generation, phase, reason, message))
        .build();
  }

  /** Ready as kstatus reads it: done well is True, failed is False, under way is Unknown. */
  private List<Condition> ready(
      HealingActionStatus status,
      @Nullable Long generation,
      HealingPhase phase,
      String reason,
      String message) {
    var conditions = new Conditions(status.conditions(), generation, clock);
    return switch (phase) {
      case Failed -> conditions.isFalse(Condition.READY, reason, message).build();
      case Succeeded, RolledBack, Cancelled, Superseded, Expired ->
          conditions.isTrue(Condition.READY, reason, message).build();
      case Proposed, AwaitingApproval, Scheduled, Running, Verifying, RollingBack ->
          conditions.unknown(Condition.READY, reason, message).build();
    };
  }
}
