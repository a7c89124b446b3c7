// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.Measurement;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.engine.ActionRunner;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.operator.cluster.ManagedCluster;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One attempt to run an action or its undo: checks again what can have changed since the last
 * inspection, measures the workload, and runs the statements.
 */
final class Attempt implements Runnable {
  private static final Duration MAX_CHECK = Duration.ofSeconds(30);

  private final HealingAction action;
  private final HealingActionStatus status;
  private RepairPlan plan;
  private final Direction direction;
  private final Limits limits;
  private final Gate gate;
  private final OtherActions others;
  private final ManagedCluster managed;
  private final CurrentState current;
  private final ActionStore store;
  private final PhaseChange phases;
  private final Clock clock;

  Attempt(
      HealingAction action,
      RepairPlan plan,
      Direction direction,
      Limits limits,
      Gate gate,
      OtherActions others,
      ManagedCluster managed,
      CurrentState current,
      ActionStore store,
      PhaseChange phases,
      Clock clock) {
    this.action = action;
    this.status = Actions.statusOf(action);
    this.plan = Facts.diskBytes(status).map(plan::withDiskBytes).orElse(plan);
    this.direction = direction;
    this.limits = limits;
    this.gate = gate;
    this.others = others;
    this.managed = managed;
    this.current = current;
    this.store = store;
    this.phases = phases;
    this.clock = clock;
  }

  /** Result of a check just before the start. */
  private sealed interface Readiness {
    record Ready(Measurement before, Map<String, String> facts) implements Readiness {}

    record Held(String reason, String message) implements Readiness {}

    record Outdated(Transition.To to) implements Readiness {}
  }

  @Override
  public void run() {
    if (direction == Direction.FORWARD) {
      if (status.phaseOrDefault() == HealingPhase.Running && status.journal().isEmpty()) {
        checkAgain();
        return;
      }
      if (status.phaseOrDefault() == HealingPhase.Scheduled && !begin()) {
        return;
      }
    }
    store.read(action).ifPresent(this::execute);
  }

  private void execute(HealingAction live) {
    new ActionExecution(
            managed,
            store,
            phases,
            live,
            plan,
            direction,
            limits,
            gate.inspectionOptions(),
            new StopRequests(current, direction),
            clock)
        .run();
  }

  /** None of its statements ran; the server may have been unreachable for a long time. */
  private void checkAgain() {
    phases.enter(
        action,
        HealingPhase.Scheduled,
        "NotStarted",
        "the operator stopped before the first statement; the finding is checked again",
        ActionExecution::uncounted);
  }

  /** Enters Running if nothing prevents it; returns whether it did. */
  private boolean begin() {
    switch (readiness()) {
      case Readiness.Held held -> phases.note(action, held.reason(), held.message());
      case Readiness.Outdated outdated -> {
        var to = outdated.to();
        phases.enter(action, to.phase(), to.reason(), to.message());
      }
      case Readiness.Ready ready -> {
        phases.enter(
            action,
            HealingPhase.Running,
            "Running",
            String.join("; ", plan.statements()),
            started(ready.before(), ready.facts()));
        return true;
      }
    }
    return false;
  }

  private UnaryOperator<HealingActionStatus> started(
      Measurement before, Map<String, String> facts) {
    var approval = ApprovalRecords.of(gate.permission(action), status, clock.instant());
    return s ->
        s.toBuilder()
            .attempts(s.attemptsOrDefault() + 1)
            .progressPercent(0)
            .approval(approval)
            .before(
                Actions.isPartiallyApplied(s) && s.before() != null
                    ? s.before()
                    : before.withFacts(facts))
            .build();
  }

  /**
   * The finding is read again before the guards decide: who can create a HealingAction can write
   * any numbers into it, and guards and verdict must not depend on them.
   */
  private Readiness readiness() {
    try {
      var facts = new HashMap<String, String>();
      // The first steps of a partially applied repair can make its finding look different.
      if (!Actions.isPartiallyApplied(status)) {
        var known = SpecMapping.finding(action.getSpec());
        var found = managed.inspector().lookAgain(known, gate.inspectionOptions(), MAX_CHECK);
        if (found.isEmpty()) {
          return new Readiness.Outdated(
              new Transition.To(
                  HealingPhase.Expired,
                  "FindingGone",
                  "the finding was gone just before the start"));
        }
        var fresh = Plans.ofFix(found.get(), action);
        if (fresh.isEmpty()) {
          return new Readiness.Outdated(
              new Transition.To(
                  HealingPhase.Superseded,
                  "StatementsDiffer",
                  "just before the start the finding needed other statements"));
        }
        plan = fresh.get();
        facts.put(Facts.DISK_BYTES, Long.toString(plan.diskBytes()));
        facts.put(
            Facts.ACCEPTED_SLOWDOWN_PERCENT,
            Long.toString(found.get().evidenceLong(Finding.ACCEPTED_SLOWDOWN_PERCENT)));
      }
      var tooLarge = gate.hold(clock.instant(), Plans.indexBytes(plan));
      if (tooLarge.isPresent()) {
        return new Readiness.Held(tooLarge.get().reason(), tooLarge.get().message());
      }
      var held =
          new ActionRunner(managed.server(), clock)
              .mayRun(action.getMetadata().getUid(), plan, limits);
      if (held.isPresent()) {
        return new Readiness.Held(HoldReasons.of(held.get().guard()), held.get().why());
      }
      return new Readiness.Ready(
          new Verification(managed, gate.window(), clock)
              .before(plan.target(), others.relations(gate.window(), clock.instant())),
          facts);
    } catch (InspectionException e) {
      return new Readiness.Held("FindingNotChecked", String.valueOf(e.getMessage()));
    } catch (SQLException | PostgresConnectionException e) {
      return new Readiness.Held("NotConnected", String.valueOf(e.getMessage()));
    }
  }
}
