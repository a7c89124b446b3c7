// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.JournalEvent;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.engine.ActionRunner;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.engine.Halt;
import dev.pgmend.healing.engine.RunResult;
import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.journal.Journal.JournalException;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.repair.Progress;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.verify.TargetSize;
import dev.pgmend.operator.cluster.ManagedCluster;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the statements of one action. While it lasts, nothing else writes the record. */
final class ActionExecution implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ActionExecution.class);

  /** The action fails after guards stopped this many attempts. */
  private static final int MAX_ATTEMPTS = 6;

  private static final Set<HealingPhase> ACTIVE =
      Set.of(HealingPhase.Running, HealingPhase.RollingBack);

  private static final Duration MAX_CHECK = Duration.ofSeconds(30);

  private final ManagedCluster managed;
  private final ActionStore store;
  private final PhaseChange phases;
  private final HealingAction action;
  private final RepairPlan plan;
  private final Direction direction;
  private final Limits limits;
  private final InspectionOptions options;
  private final Halt halt;
  private final Clock clock;
  private final AtomicBoolean reporting = new AtomicBoolean();
  private volatile int lastPercent = -1;

  /**
   * @param action as the API server has it, with its journal
   */
  ActionExecution(
      ManagedCluster managed,
      ActionStore store,
      PhaseChange phases,
      HealingAction action,
      RepairPlan plan,
      Direction direction,
      Limits limits,
      InspectionOptions options,
      Halt halt,
      Clock clock) {
    this.halt = halt;
    this.managed = managed;
    this.store = store;
    this.phases = phases;
    this.action = action;
    this.plan = plan;
    this.direction = direction;
    this.limits = limits;
    this.options = options;
    this.clock = clock;
  }

  @Override
  public void run() {
    RunResult result;
    try {
      result =
          new ActionRunner(managed.server(), clock, halt)
              .run(
                  action.getMetadata().getUid(),
                  plan,
                  direction,
                  limits,
                  new StatusJournal(store, action),
                  this::progress);
    } catch (JournalException e) {
      result = new RunResult.Interrupted(String.valueOf(e.getMessage()));
    }
    if (Thread.currentThread().isInterrupted()) {
      // This process ends. The next one records what became of a statement in the server.
      return;
    }
    try {
      record(result);
    } catch (KubernetesClientException e) {
      LOG.warn("The end of {} could not be recorded; it will be resumed", name(), e);
    }
  }

  private void record(RunResult result) {
    switch (result) {
      case RunResult.Completed _ -> completed();
      case RunResult.Held held when direction == Direction.BACK ->
          phases.note(action, HoldReasons.of(held.guard()), held.why());
      case RunResult.Held held when held.guard().equals(RunResult.Held.HALT) ->
          phases.enter(
              action,
              HealingPhase.Scheduled,
              HoldReasons.STOPPED,
              held.why(),
              ActionExecution::uncounted);
      case RunResult.Held held when isGivenUp(held) ->
          failed(
              "GaveUp",
              "guards stopped it %d times; the last one reported: %s"
                  .formatted(MAX_ATTEMPTS, held.why()));
      case RunResult.Held held ->
          phases.enter(action, HealingPhase.Scheduled, HoldReasons.of(held.guard()), held.why());
      case RunResult.Failed failed -> failed(failed.reason(), failed.message());
      case RunResult.Interrupted interrupted ->
          phases.note(action, "Interrupted", interrupted.why());
    }
  }

  /** An attempt that a user or a restart stopped does not count. */
  static HealingActionStatus uncounted(HealingActionStatus status) {
    return status.toBuilder().attempts(Math.max(0, status.attemptsOrDefault() - 1)).build();
  }

  /** Waiting for another repair can take any time. */
  private boolean isGivenUp(RunResult.Held held) {
    return !held.guard().equals(RunResult.Held.ONE_AT_A_TIME)
        && Actions.statusOf(action).attemptsOrDefault() >= MAX_ATTEMPTS;
  }

  /**
   * If a statement fails after others took effect, those are undone, so that nothing stays
   * partially applied.
   */
  private void failed(String reason, String message) {
    var done =
        store.read(action).stream()
            .flatMap(now -> Actions.statusOf(now).journal().stream())
            .filter(entry -> entry.event() == JournalEvent.Done)
            .count();
    if (direction == Direction.BACK || done == 0) {
      phases.enter(action, HealingPhase.Failed, reason, message);
    } else if (plan.undo().isEmpty()) {
      phases.enter(
          action,
          HealingPhase.Failed,
          reason,
          "%s; %d of its %d statements took effect and cannot be undone"
              .formatted(message, done, plan.statements().size()));
    } else {
      phases.enter(
          action,
          HealingPhase.RollingBack,
          reason,
          message + "; the statements that took effect are undone");
    }
  }

  private void completed() {
    if (direction == Direction.BACK) {
      phases.enter(
          action,
          HealingPhase.RolledBack,
          "Undone",
          "spec.undo was executed; everything is as before");
      return;
    }
    var facts = factsAfter();
    phases.enter(
        action,
        HealingPhase.Verifying,
        "Measuring",
        "the statements ran; their effect is being measured",
        status ->
            status.toBuilder()
                .progressPercent(100)
                .after(
                    new dev.pgmend.api.v1alpha1.Measurement(
                        null, null, List.of(), List.of(), List.of(), facts))
                .build());
  }

  /**
   * Measures effects that need no traffic: whether the finding is gone, and the size of the target.
   */
  private Map<String, String> factsAfter() {
    var facts = new HashMap<String, String>();
    try (var session =
        managed.server().open(Purpose.INSPECT, "pgmend/verify", plan.target().database())) {
      TargetSize.read(session, plan.target())
          .ifPresent(bytes -> facts.put(Facts.TARGET_BYTES, Long.toString(bytes)));
      var known = SpecMapping.finding(action.getSpec());
      // A finding of lower severity is a remainder that needs no repair.
      var still =
          managed
              .inspector()
              .lookAgain(known, options, MAX_CHECK)
              .filter(now -> now.severity().compareTo(known.severity()) >= 0);
      facts.put(Facts.FINDING_GONE, Boolean.toString(still.isEmpty()));
    } catch (SQLException
        | InspectionException
        | PostgresConnectionException
        | IllegalArgumentException e) {
      LOG.warn("Could not check {} after its repair", plan.target(), e);
    }
    return facts;
  }

  private void progress(int step, int steps, Progress progress) {
    var percent = (100 * step + progress.percent()) / steps;
    if (percent == lastPercent) {
      return;
    }
    if (reporting.compareAndSet(false, true)) {
      lastPercent = percent;
      // This thread also checks the guards, and an unavailable API server could block it for long.
      Thread.ofVirtual().start(() -> report(percent, progress.phase()));
    }
  }

  /** Writes the progress, unless the run ended in the meantime. */
  private void report(int percent, String message) {
    try {
      store.change(
          action,
          status ->
              ACTIVE.contains(status.phaseOrDefault())
                  ? status.toBuilder().progressPercent(percent).message(message).build()
                  : status);
    } catch (KubernetesClientException e) {
      // Stale progress does no harm; the repair must not stop for it.
      LOG.debug("Could not write the progress of {}", name(), e);
    } finally {
      reporting.set(false);
    }
  }

  private String name() {
    return action.getMetadata().getName()
        + " at "
        + clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
