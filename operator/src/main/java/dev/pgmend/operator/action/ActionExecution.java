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

/** One run of one action, from its record to its record. While it lasts, no one else writes it. */
public final class ActionExecution implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ActionExecution.class);

  /** An action that guards called off so often has no chance here, and is given up. */
  private static final int MOST_ATTEMPTS = 6;

  private static final Set<HealingPhase> UNDER_WAY =
      Set.of(HealingPhase.Running, HealingPhase.RollingBack);

  private static final Duration LOOK_AGAIN_AT_MOST = Duration.ofSeconds(30);

  private final ManagedCluster care;
  private final ActionStore store;
  private final PhaseChange phases;
  private final HealingAction action;
  private final RepairPlan plan;
  private final Direction direction;
  private final Limits limits;
  private final InspectionOptions options;
  private final Halt halt;
  private final Clock clock;
  private final AtomicBoolean telling = new AtomicBoolean();
  private volatile int lastPercent = -1;

  /**
   * @param action as the API server has it, with its journal
   */
  public ActionExecution(
      ManagedCluster care,
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
    this.care = care;
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
          new ActionRunner(care.server(), clock, halt)
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
      // This process ends. What the server goes on with is the next one's to tell.
      return;
    }
    try {
      record(result);
    } catch (KubernetesClientException e) {
      LOG.warn("The end of {} is not on record yet; it is taken up again", name(), e);
    }
  }

  private void record(RunResult result) {
    switch (result) {
      case RunResult.Completed _ -> completed();
      case RunResult.Held held when direction == Direction.BACK ->
          note("WaitingFor" + held.guard(), held.why());
      case RunResult.Held held when held.guard().equals(RunResult.Held.STOP_REQUESTED) ->
          phases.enter(
              action, HealingPhase.Scheduled, "Halted", held.why(), ActionExecution::uncounted);
      case RunResult.Held held when isGivenUp(held) ->
          failed(
              "GaveUp",
              "called off %d times, at last because %s".formatted(MOST_ATTEMPTS, held.why()));
      case RunResult.Held held ->
          phases.enter(action, HealingPhase.Scheduled, "WaitingFor" + held.guard(), held.why());
      case RunResult.Failed failed -> failed(failed.reason(), failed.message());
      case RunResult.Interrupted interrupted -> note("Interrupted", interrupted.why());
    }
  }

  /** Stopped by a user or cut off, which says nothing against another attempt. */
  public static HealingActionStatus uncounted(HealingActionStatus status) {
    return status.toBuilder().attempts(Math.max(0, status.attemptsOrDefault() - 1)).build();
  }

  /** Behind another repair one waits as long as that takes. */
  private boolean isGivenUp(RunResult.Held held) {
    return !held.guard().equals(RunResult.Held.ONE_REPAIR_AT_A_TIME)
        && Actions.statusOf(action).attemptsOrDefault() >= MOST_ATTEMPTS;
  }

  /**
   * What took effect before a later statement failed is taken back, so that nothing is half done.
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
          "%s; %d of its %d statements had taken effect, which can't be undone"
              .formatted(message, done, plan.statements().size()));
    } else {
      phases.enter(
          action, HealingPhase.RollingBack, reason, message + "; what it had done is taken back");
    }
  }

  private void note(String reason, String message) {
    store.change(action, status -> status.toBuilder().reason(reason).message(message).build());
  }

  private void completed() {
    if (direction == Direction.BACK) {
      phases.enter(action, HealingPhase.RolledBack, "Undone", "everything is as it was before");
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

  /** What needs no traffic to be seen: whether the finding is gone, and the size of the target. */
  private Map<String, String> factsAfter() {
    var facts = new HashMap<String, String>();
    try (var session =
        care.server().open(Purpose.INSPECT, "pgmend/verify", plan.target().database())) {
      TargetSize.read(session, plan.target())
          .ifPresent(bytes -> facts.put(Facts.TARGET_BYTES, Long.toString(bytes)));
      var known = SpecMapping.finding(action.getSpec());
      // A milder one is what is left of it, and needs no repair.
      var still =
          care.inspector()
              .lookAgain(known, options, LOOK_AGAIN_AT_MOST)
              .filter(now -> now.severity().compareTo(known.severity()) >= 0);
      facts.put(Facts.FINDING_GONE, Boolean.toString(still.isEmpty()));
    } catch (SQLException
        | InspectionException
        | PostgresConnectionException
        | IllegalArgumentException e) {
      LOG.warn("Could not look at {} after its repair", plan.target(), e);
    }
    return facts;
  }

  private void progress(int step, int steps, Progress progress) {
    var percent = (100 * step + progress.percent()) / steps;
    if (percent == lastPercent) {
      return;
    }
    if (telling.compareAndSet(false, true)) {
      lastPercent = percent;
      // Who tells it also asks the guards, and an API server that is away can keep one for long.
      Thread.ofVirtual().start(() -> tell(percent, progress.phase()));
    }
  }

  /** Of a run that has not ended meanwhile. */
  private void tell(int percent, String message) {
    try {
      store.change(
          action,
          status ->
              UNDER_WAY.contains(status.phaseOrDefault())
                  ? status.toBuilder().progressPercent(percent).message(message).build()
                  : status);
    } catch (KubernetesClientException e) {
      // A bar that stands still does no harm; the repair must not stop for it.
      LOG.debug("No progress written for {}", name(), e);
    } finally {
      telling.set(false);
    }
  }

  private String name() {
    return action.getMetadata().getName()
        + " at "
        + clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
