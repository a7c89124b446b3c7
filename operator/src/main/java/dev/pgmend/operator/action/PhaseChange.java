// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.Reasons;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes the status of actions, with log lines, Events and metrics. */
public final class PhaseChange {
  private static final Logger LOG = LoggerFactory.getLogger("dev.pgmend.action");

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
   * Enters a phase.
   *
   * @param also what else changes in the same write
   * @throws IllegalStateException if the current phase does not lead there
   */
  public void enter(
      HealingAction action,
      HealingPhase phase,
      String reason,
      String message,
      UnaryOperator<HealingActionStatus> also) {
    var from = new AtomicReference<>(Actions.phaseOf(action));
    store.change(
        action,
        status -> {
          from.set(status.phaseOrDefault());
          return changed(action, also.apply(status), status, phase, reason, message);
        });
    LOG.info(
        "action={}/{} from={} to={} reason={} message=\"{}\"",
        action.getMetadata().getNamespace(),
        action.getMetadata().getName(),
        from.get(),
        phase,
        reason,
        quoted(message));
    if (!reason.equals(Reasons.CLUSTER_DELETED)) {
      // It would bring back the metrics of a PgCluster that was just removed.
      metrics.entered(action, phase);
    }
    if (phase == HealingPhase.Failed || phase == HealingPhase.RollingBack) {
      events.warning(action, phase.name(), message);
    } else {
      events.normal(action, phase.name(), message);
    }
  }

  /** Reports why an action stays in its phase. */
  public void note(HealingAction action, String reason, String message) {
    var known = new AtomicReference<@Nullable String>();
    var status =
        store.change(
            action,
            before -> {
              known.set(before.reason());
              return before.toBuilder().reason(reason).message(message).build();
            });
    if (!reason.equals(known.get())) {
      LOG.info(
          "action={}/{} phase={} reason={} message=\"{}\"",
          action.getMetadata().getNamespace(),
          action.getMetadata().getName(),
          status.phaseOrDefault(),
          reason,
          quoted(message));
    }
  }

  /** Reports requests of users that cannot take effect: as conditions, and new ones as Events. */
  void refuse(HealingAction action, List<Refusals.Refusal> refusals) {
    var before = Actions.statusOf(action).conditions();
    var wanted = withRefusals(action, before, refusals);
    if (wanted.equals(before)) {
      return;
    }
    store.change(
        action,
        status ->
            status.toBuilder()
                .conditions(withRefusals(action, status.conditions(), refusals))
                .build());
    refusals.stream()
        .filter(refusal -> before.stream().noneMatch(old -> reports(old, refusal)))
        .forEach(refusal -> events.warning(action, refusal.reason(), refusal.message()));
  }

  private List<Condition> withRefusals(
      HealingAction action, List<Condition> before, List<Refusals.Refusal> refusals) {
    var conditions =
        new Conditions(before, action.getMetadata().getGeneration(), clock).keep(Condition.READY);
    before.stream().filter(Condition::holds).map(Condition::type).forEach(conditions::keep);
    refusals.forEach(
        refusal -> conditions.isFalse(refusal.condition(), refusal.reason(), refusal.message()));
    return conditions.build();
  }

  private static boolean reports(Condition condition, Refusals.Refusal refusal) {
    return condition.type().equals(refusal.condition())
        && condition.reason().equals(refusal.reason());
  }

  private static String quoted(String message) {
    return message.replace('"', '\'').replace('\n', ' ');
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
          "%s cannot go from %s to %s".formatted(action.getMetadata().getName(), from, phase));
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

  /** Ready as kstatus reads it: True if it ended well, False if it failed, else Unknown. */
  private List<Condition> ready(
      HealingActionStatus status,
      @Nullable Long generation,
      HealingPhase phase,
      String reason,
      String message) {
    var conditions = new Conditions(status.conditions(), generation, clock);
    status.conditions().forEach(condition -> conditions.keep(condition.type()));
    return switch (phase) {
      case Failed -> conditions.isFalse(Condition.READY, reason, message).build();
      case Succeeded, RolledBack, Cancelled, Superseded, Expired ->
          conditions.isTrue(Condition.READY, reason, message).build();
      case Proposed, AwaitingApproval, Scheduled, Running, Verifying, RollingBack ->
          conditions.unknown(Condition.READY, reason, message).build();
    };
  }
}
