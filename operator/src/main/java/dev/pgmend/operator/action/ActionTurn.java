// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.StatusMapping;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.ManagedCluster;
import dev.pgmend.operator.status.Conditions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;

/** One pass over one action: decides what happens next, and does it. */
public final class ActionTurn {
  private static final Duration NOW = Duration.ofMillis(100);
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration WHILE_RUNNING = Duration.ofSeconds(10);

  private final HealingAction action;
  private final HealingActionStatus status;
  private final PgCluster cluster;
  private final ManagedCluster managed;
  private final Gate gate;
  private final OtherActions others;
  private final CurrentState current;
  private final ActionRuns runs;
  private final ActionStore store;
  private final PhaseChange phases;
  private final Clock clock;
  private final Verification verification;

  public ActionTurn(
      HealingAction action,
      PgCluster cluster,
      ManagedCluster managed,
      OtherActions others,
      CurrentState current,
      ActionRuns runs,
      ActionStore store,
      PhaseChange phases,
      Clock clock) {
    this.action = action;
    this.status = Actions.statusOf(action);
    this.cluster = cluster;
    this.managed = managed;
    this.gate = current.gate(cluster);
    this.others = others;
    this.current = current;
    this.runs = runs;
    this.store = store;
    this.phases = phases;
    this.clock = clock;
    this.verification = new Verification(managed, gate.window(), clock);
  }

  /** Returns when to check again; empty if a change of the resource will trigger that. */
  public Optional<Duration> take() {
    phases.refuse(action, Refusals.of(action, gate.permission(action)));
    return switch (Lifecycle.next(action, situation())) {
      case Transition.To to -> enter(to);
      case Transition.Wait wait -> {
        phases.note(action, wait.reason(), wait.message());
        yield Optional.of(wait.recheck());
      }
      case Transition.Run run -> start(run.direction());
      case Transition.Judge _ -> judge();
      case Transition.Remove _ -> {
        store.delete(action);
        yield Optional.empty();
      }
      case Transition.Keep keep -> Optional.of(keep.recheck());
    };
  }

  private Situation situation() {
    var database = Actions.targetOf(action).database();
    var scheduled = status.phaseOrDefault() == HealingPhase.Scheduled;
    var measurable = scheduled && verification.measurable(database);
    return new Situation(
        clock.instant(),
        gate,
        cluster.getSpec().pausedOrDefault(),
        Sightings.of(action, managed.lastInspection()),
        others.blocking(action, gate.maxInCluster()),
        new Situation.Past(measurable, measurable ? verification.missing(database) : Duration.ZERO),
        Plans.of(action).map(Plans::indexBytes).orElse(0L));
  }

  private Optional<Duration> enter(Transition.To to) {
    phases.enter(action, to.phase(), to.reason(), to.message(), s -> entered(s, to.phase()));
    return to.phase().ended() ? Optional.empty() : Optional.of(NOW);
  }

  private HealingActionStatus entered(HealingActionStatus before, HealingPhase phase) {
    return switch (phase) {
      case Scheduled, AwaitingApproval ->
          before.toBuilder()
              .approval(ApprovalRecords.of(gate.permission(action), before, clock.instant()))
              .build();
      case RollingBack -> Lifecycle.isUndoRequested(action) ? withUndoAccepted(before) : before;
      default -> before;
    };
  }

  /** So that the annotation, which stays, is not refused after the undo. */
  private HealingActionStatus withUndoAccepted(HealingActionStatus before) {
    var conditions =
        new Conditions(before.conditions(), action.getMetadata().getGeneration(), clock);
    before.conditions().forEach(condition -> conditions.keep(condition.type()));
    conditions.isTrue(Refusals.UNDO, "UndoRequested", "a user requested the undo");
    return before.toBuilder().conditions(conditions.build()).build();
  }

  private Optional<Duration> start(Direction direction) {
    var plan = Plans.of(action);
    if (plan.isEmpty()) {
      phases.enter(
          action,
          status.phaseOrDefault().beforeRunning() ? HealingPhase.Cancelled : HealingPhase.Failed,
          "NoSuchRepair",
          "this version of pgmend has no repair %s with these statements for the finding"
              .formatted(action.getSpec().type()));
      return Optional.empty();
    }
    var key = ClusterKey.of(action);
    var started =
        runs.start(
            action.getMetadata().getUid(),
            key,
            gate.maxInCluster(),
            gate.maxInFleet(),
            attempt(plan.get(), direction));
    if (started) {
      return Optional.of(WHILE_RUNNING);
    }
    // If another action of this cluster was faster, its phase will report it in a moment.
    if (runs.countOf(key) < gate.maxInCluster()) {
      phases.note(
          action,
          "WaitingForBudget",
          "%d repairs run in all clusters, as many as budget.perFleet allows"
              .formatted(gate.maxInFleet()));
    }
    return Optional.of(SOON);
  }

  private Attempt attempt(RepairPlan plan, Direction direction) {
    var limits =
        gate.limits(
            managed.diskCapacityBytes(),
            lastBackup(),
            () -> current.cluster().flatMap(current::ownerBusy));
    return new Attempt(
        action, plan, direction, limits, gate, others, managed, current, store, phases, clock);
  }

  /** A value that is not a time reports no backup. */
  private Optional<Instant> lastBackup() {
    try {
      return Optional.ofNullable(cluster.getMetadata().getAnnotations())
          .map(annotations -> annotations.get(Annotations.LAST_BACKUP))
          .map(Instant::parse)
          // A backup that is still to come proves nothing.
          .filter(backup -> !backup.isAfter(clock.instant()));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private Optional<Duration> judge() {
    var since =
        Instant.parse(
            Objects.requireNonNullElse(
                status.timesOrDefault().verifyingAt(), clock.instant().toString()));
    var left = verification.left(Actions.targetOf(action).database(), since);
    if (left.isPositive()) {
      return Optional.of(left.plusMillis(50));
    }
    var outcome = verification.after(action, since, gate.maxRegressionPercent());
    var verdict = StatusMapping.verdict(outcome.verdict());
    var gone = !"false".equals(outcome.after().facts().get(Facts.FINDING_GONE));
    var to = gate.judge(verdict, gone, !action.getSpec().undo().isEmpty());
    phases.enter(
        action,
        to.phase(),
        to.reason(),
        to.message(),
        s -> s.toBuilder().after(outcome.after()).verdict(verdict).build());
    return Optional.of(NOW);
  }
}
