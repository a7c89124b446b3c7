package dev.pgmend.operator.controller;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.action.StatusMapping;
import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.Measurement;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.engine.ActionRunner;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.operator.action.ActionExecution;
import dev.pgmend.operator.action.ActionRuns;
import dev.pgmend.operator.action.ActionStore;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.action.Facts;
import dev.pgmend.operator.action.Judgement;
import dev.pgmend.operator.action.Lifecycle;
import dev.pgmend.operator.action.PhaseChange;
import dev.pgmend.operator.action.Situation;
import dev.pgmend.operator.action.Transition;
import dev.pgmend.operator.action.Verification;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.ManagedCluster;
import dev.pgmend.operator.cluster.ManagedClusters;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.policy.Machines;
import dev.pgmend.operator.provider.PostgresProvider;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Moves actions along. What comes next is decided by {@link Lifecycle}; statements run in {@link
 * ActionExecution}, and while they do this reconciler keeps its hands off the record.
 */
@ControllerConfiguration(
    name = "healing-action",
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = ActionUpdateFilter.class))
public final class HealingActionReconciler implements Reconciler<HealingAction> {
  private static final Set<HealingPhase> RUNNING =
      Set.of(HealingPhase.Running, HealingPhase.RollingBack);

  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration WHEN_UNREACHABLE = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN_AT_MOST = Duration.ofSeconds(30);
  private static final Duration LONG_TRANSACTION = Duration.ofMinutes(1);

  private final ManagedClusters cares;
  private final ActionRuns runs;
  private final ActionStore store;
  private final PhaseChange phases;
  private final PostgresProvider provider;
  private final Clock clock;
  private @Nullable InformerEventSource<PgCluster, HealingAction> clusters;
  private @Nullable InformerEventSource<TuningPolicy, HealingAction> policies;

  public HealingActionReconciler(
      ManagedClusters cares,
      ActionRuns runs,
      ActionStore store,
      PhaseChange phases,
      PostgresProvider provider,
      Clock clock) {
    this.cares = cares;
    this.runs = runs;
    this.store = store;
    this.phases = phases;
    this.provider = provider;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, HealingAction>> prepareEventSources(
      EventSourceContext<HealingAction> context) {
    var actions = context.getPrimaryCache();
    clusters =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(PgCluster.class, HealingAction.class)
                .withName("clusters-of-actions")
                .withSecondaryToPrimaryMapper(cluster ->
                    unended(
                        actions.list(
                            cluster.getMetadata().getNamespace(),
                            action -> ClusterKey.of(action).equals(ClusterKey.of(cluster)))))
                .build(),
            context);
    policies =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(TuningPolicy.class, HealingAction.class)
                .withName("policies-of-actions")
                .withSecondaryToPrimaryMapper(
                    policy -> unended(actions.list(policy.getMetadata().getNamespace(), _ -> true)))
                .build(),
            context);
    return List.of(clusters, policies);
  }

  @Override
  public UpdateControl<HealingAction> reconcile(
      HealingAction cached, Context<HealingAction> context) {
    if (runs.isRunning(cached.getMetadata().getUid())) {
      return UpdateControl.<HealingAction>noUpdate().rescheduleAfter(SOON);
    }
    // The run that has just ended wrote past the cache: what comes next is decided on what is.
    var live = store.read(cached);
    if (live.isEmpty()) {
      return UpdateControl.noUpdate();
    }
    var action = live.get();
    var key = ClusterKey.of(action);
    if (ended(action) && cluster(key).isEmpty()) {
      return retire(action);
    }
    var cluster = cluster(key);
    if (cluster.isEmpty()) {
      return note(action, "NoCluster", "there is no PgCluster " + key.name(), WHEN_UNREACHABLE);
    }
    var care = cares.of(key);
    if (care.isEmpty() && !ended(action)) {
      return note(action, "NotConnected", "the cluster was not reached yet", WHEN_UNREACHABLE);
    }
    var policy = policy(cluster.get());
    var others =
        context.getPrimaryCache().list(key.namespace(), other -> isOther(action, other)).toList();
    return care.isEmpty()
        ? retire(action)
        : new Turn(action, cluster.get(), care.get(), policy, others, context.getPrimaryCache())
            .take();
  }

  /** One look at one action. */
  private final class Turn {
    private final HealingAction action;
    private final HealingActionStatus status;
    private final PgCluster cluster;
    private final ManagedCluster care;
    private final EffectivePolicy policy;
    private final List<HealingAction> others;
    private final Cache<HealingAction> cached;
    private final Verification verification;

    Turn(
        HealingAction action,
        PgCluster cluster,
        ManagedCluster care,
        EffectivePolicy policy,
        List<HealingAction> others,
        Cache<HealingAction> cached) {
      this.cached = cached;
      this.action = action;
      this.status = Actions.statusOf(action);
      this.cluster = cluster;
      this.care = care;
      this.policy = policy;
      this.others = others;
      var window = policy.spec().verificationOrDefault().windowOrDefault();
      this.verification = new Verification(care, window, clock);
    }

    UpdateControl<HealingAction> take() {
      return switch (Lifecycle.next(action, situation())) {
        case Transition.To to -> enter(to);
        case Transition.Wait wait -> note(action, wait.reason(), wait.message(), wait.recheck());
        case Transition.Run run -> run(run.direction());
        case Transition.Judge _ -> judge();
        case Transition.Remove _ -> remove(action);
        case Transition.Keep keep ->
            UpdateControl.<HealingAction>noUpdate().rescheduleAfter(keep.recheck());
      };
    }

    private Situation situation() {
      var database = Actions.targetOf(action).database();
      var scheduled = status.phaseOrDefault() == HealingPhase.Scheduled;
      var measurable = scheduled && verification.measurable(database);
      return new Situation(
          clock.instant(),
          policy,
          cluster.getSpec().pausedOrDefault(),
          sighting(),
          blockedBy(),
          new Situation.Past(
              measurable, measurable ? verification.missing(database) : Duration.ZERO),
          plan().filter(RepairPlan::buildsIndex).map(p -> p.diskBytes() / 2).orElse(0L));
    }

    private Situation.Sighting sighting() {
      var inspected = care.lastInspection();
      var proposed = status.timesOrDefault().proposedAt();
      if (inspected.isEmpty()
          || (proposed != null && inspected.get().at().isBefore(Instant.parse(proposed)))) {
        // The inspection that proposed it counts: it ended just before.
        return inspected.isPresent() && there(inspected.get())
            ? Situation.Sighting.THERE
            : Situation.Sighting.UNKNOWN;
      }
      var key = SpecMapping.finding(action.getSpec()).key();
      if (Actions.isAdvised(action) && !inspected.get().advised().contains(key)) {
        return Situation.Sighting.UNKNOWN;
      }
      if (inspected.get().find(key).isEmpty()) {
        return Situation.Sighting.GONE;
      }
      return there(inspected.get()) ? Situation.Sighting.THERE : Situation.Sighting.CHANGED;
    }

    private boolean there(ManagedCluster.Inspected inspected) {
      return inspected
          .find(SpecMapping.finding(action.getSpec()).key())
          .flatMap(Repairs::planFor)
          .filter(plan -> SpecMapping.sameWork(action.getSpec(), plan))
          .isPresent();
    }

    /** One at a time runs in a database, and on one table none while another is being measured. */
    private Optional<String> blockedBy() {
      var mine = Actions.targetOf(action);
      var running =
          others.stream().filter(other -> RUNNING.contains(Actions.phaseOf(other))).toList();
      if (running.size() >= policy.spec().budgetOrDefault().perClusterOrDefault()) {
        return Optional.of(running.getFirst().getMetadata().getName());
      }
      return others.stream()
          .filter(other -> {
            var target = Actions.targetOf(other);
            return RUNNING.contains(Actions.phaseOf(other))
                ? target.database().equals(mine.database())
                : Actions.phaseOf(other) == HealingPhase.Verifying
                    && target.qualifiedRelation().equals(mine.qualifiedRelation());
          })
          .map(other -> other.getMetadata().getName())
          .findFirst();
    }

    private UpdateControl<HealingAction> enter(Transition.To to) {
      phases.enter(action, to.phase(), to.reason(), to.message());
      return to.phase().ended()
          ? UpdateControl.noUpdate()
          : UpdateControl.<HealingAction>noUpdate().rescheduleAfter(Duration.ofMillis(100));
    }

    private UpdateControl<HealingAction> run(Direction direction) {
      var plan = plan();
      if (plan.isEmpty()) {
        phases.enter(
            action,
            status.phaseOrDefault().beforeRunning() ? HealingPhase.Cancelled : HealingPhase.Failed,
            "NoSuchRepair",
            "this version of pgmend has no repair %s for such a finding, or it takes other statements"
                .formatted(action.getSpec().type()));
        return UpdateControl.noUpdate();
      }
      var budget = policy.spec().budgetOrDefault();
      var limits =
          new Limits(
              budget.minFreeDiskPercentOrDefault(),
              care.access().diskCapacityBytes(),
              LONG_TRANSACTION,
              budget.maxReplicaLagOrDefault(),
              budget.maxActiveSessionsPerCoreIfAny(),
              Machines.declared(cluster.getSpec().machineOrDefault()).cores(),
              budget.maxBackupAgeIfAny().map(maxAge -> new Limits.Backups(maxAge, lastBackup())),
              () -> cluster(ClusterKey.of(action)).flatMap(provider::busy));
      var started =
          runs.start(
              action.getMetadata().getUid(),
              ClusterKey.of(action),
              budget.perClusterOrDefault(),
              budget.perFleetOrDefault(),
              () -> execute(plan.get(), direction, limits));
      if (started) {
        return UpdateControl.<HealingAction>noUpdate().rescheduleAfter(WHEN_UNREACHABLE);
      }
      // Another of this cluster was quicker, which its phase will tell in a moment.
      return runs.countOf(ClusterKey.of(action)) >= budget.perClusterOrDefault()
          ? UpdateControl.<HealingAction>noUpdate().rescheduleAfter(SOON)
          : note(
              action,
              "WaitingForBudget",
              "as many repairs run in all clusters as budget.perFleet allows",
              SOON);
    }

    /** What is no time tells nothing. */
    private Optional<Instant> lastBackup() {
      try {
        return Optional.ofNullable(cluster.getMetadata().getAnnotations())
            .map(annotations -> annotations.get(Annotations.LAST_BACKUP))
            .map(Instant::parse);
      } catch (DateTimeParseException _) {
        return Optional.empty();
      }
    }

    private void execute(RepairPlan plan, Direction direction, Limits limits) {
      if (direction == Direction.FORWARD
          && status.phaseOrDefault() == HealingPhase.Running
          && status.journal().isEmpty()) {
        lookOnceMore();
        return;
      }
      if (direction == Direction.FORWARD && status.phaseOrDefault() == HealingPhase.Scheduled) {
        if (isHeld(plan, limits) || !begin(plan)) {
          return;
        }
      }
      store
          .read(action)
          .ifPresent(current ->
              new ActionExecution(
                      care,
                      store,
                      phases,
                      current,
                      plan,
                      direction,
                      limits,
                      policy.inspectionOptions(cluster),
                      () -> haltAsked(direction),
                      clock)
                  .run());
    }

    /** Nothing of it has run, and nobody knows for how long the server was out of reach. */
    private void lookOnceMore() {
      phases.enter(
          action,
          HealingPhase.Scheduled,
          "NotBegun",
          "it was cut off before its first statement, and is looked at once more",
          ActionExecution::uncounted);
    }

    /** A run goes on for hours; what users want of it meanwhile is in the caches. */
    private Optional<String> haltAsked(Direction direction) {
      var now = cached.get(ResourceID.fromResource(action));
      var shop = cluster(ClusterKey.of(action));
      if (now.isEmpty() || shop.isEmpty()) {
        return Optional.of("its record or its PgCluster was deleted");
      }
      if (shop.get().getSpec().pausedOrDefault()) {
        return Optional.of("the PgCluster was paused");
      }
      if (direction == Direction.BACK) {
        return Optional.empty();
      }
      if (now.get().getSpec().approval() == Approval.Denied) {
        return Optional.of("spec.approval was set to Denied");
      }
      return policy(shop.get()).modeOf(action.getSpec().type()) == ActionMode.Never
          ? Optional.of("the policy does not allow it any more")
          : Optional.empty();
    }

    private boolean isHeld(RepairPlan plan, Limits limits) {
      try {
        var held =
            new ActionRunner(care.server(), clock)
                .mayRun(action.getMetadata().getUid(), plan, limits);
        held.ifPresent(h -> noteOnly(action, "WaitingFor" + h.guard(), h.why()));
        // Half done, its own first steps make the finding look another: it goes on where it was.
        return held.isPresent() || (!Actions.isHalfDone(status) && isOutdated());
      } catch (SQLException | InspectionException | PostgresConnectionException e) {
        noteOnly(action, "CannotLook", String.valueOf(e.getMessage()));
        return true;
      }
    }

    /** What was seen at the last inspection may have changed since: it is looked at once more. */
    private boolean isOutdated() throws SQLException, InspectionException {
      var known = SpecMapping.finding(action.getSpec());
      var finding =
          care.inspector().lookAgain(known, policy.inspectionOptions(cluster), LOOK_AGAIN_AT_MOST);
      var same =
          finding
              .flatMap(Repairs::planFor)
              .filter(now -> SpecMapping.sameWork(action.getSpec(), now))
              .isPresent();
      if (!same) {
        phases.enter(
            action,
            finding.isEmpty() ? HealingPhase.Expired : HealingPhase.Superseded,
            finding.isEmpty() ? "FindingGone" : "StatementsDiffer",
            "looked at once more before it was to run, the finding was not what it had been");
      }
      return !same;
    }

    /** Measures the past and enters Running; false if the server could not be reached. */
    private boolean begin(RepairPlan plan) {
      Measurement before;
      try {
        before = verification.before(plan.target(), relationsOfOthers());
      } catch (SQLException | PostgresConnectionException e) {
        noteOnly(action, "NotConnected", String.valueOf(e.getMessage()));
        return false;
      }
      phases.enter(
          action,
          HealingPhase.Running,
          "Running",
          String.join("; ", plan.statements()),
          s ->
              s.toBuilder()
                  .attempts(s.attemptsOrDefault() + 1)
                  .progressPercent(0)
                  .before(Actions.isHalfDone(s) && s.before() != null ? s.before() : before)
                  .build());
      return true;
    }

    /**
     * Relations whose statements another repair changes at the time: those of all that have not
     * ended, since they may run while this one is measured, and of those that ended just now.
     */
    private Set<String> relationsOfOthers() {
      return others.stream()
          .filter(this::isAbout)
          .flatMap(other -> Actions.targetOf(other).qualifiedRelation().stream())
          .collect(Collectors.toSet());
    }

    private boolean isAbout(HealingAction other) {
      var ended = Actions.statusOf(other).timesOrDefault().endedAt();
      var window = policy.spec().verificationOrDefault().windowOrDefault();
      return !Actions.phaseOf(other).ended()
          || (ended != null && Instant.parse(ended).isAfter(clock.instant().minus(window)));
    }

    private UpdateControl<HealingAction> judge() {
      var since =
          Instant.parse(
              Objects.requireNonNullElse(
                  status.timesOrDefault().verifyingAt(), clock.instant().toString()));
      var database = Actions.targetOf(action).database();
      var left = verification.left(database, since);
      if (left.isPositive()) {
        return UpdateControl.<HealingAction>noUpdate().rescheduleAfter(left.plusMillis(50));
      }
      var rules = policy.spec().verificationOrDefault();
      var outcome = verification.after(action, since, rules.maxRegressionPercentOrDefault());
      var verdict = StatusMapping.verdict(outcome.verdict());
      var gone = !"false".equals(outcome.after().facts().get(Facts.FINDING_GONE));
      var to = Judgement.of(verdict, gone, !action.getSpec().undo().isEmpty(), rules);
      phases.enter(
          action,
          to.phase(),
          to.reason(),
          to.message(),
          s -> s.toBuilder().after(outcome.after()).verdict(verdict).build());
      return UpdateControl.<HealingAction>noUpdate().rescheduleAfter(Duration.ofMillis(100));
    }

    /** A plan that differs from the record is not run: the record is what was approved. */
    private Optional<RepairPlan> plan() {
      try {
        return Optional.ofNullable(Repairs.byType().get(action.getSpec().type()))
            .flatMap(repair -> repair.plan(SpecMapping.finding(action.getSpec())))
            .filter(plan -> SpecMapping.sameWork(action.getSpec(), plan));
      } catch (IllegalArgumentException e) {
        // A record that someone made up need not have what a repair's plan is made from.
        return Optional.empty();
      }
    }
  }

  private UpdateControl<HealingAction> note(
      HealingAction action, String reason, String message, Duration recheck) {
    noteOnly(action, reason, message);
    return UpdateControl.<HealingAction>noUpdate().rescheduleAfter(recheck);
  }

  private void noteOnly(HealingAction action, String reason, String message) {
    store.change(action, s -> s.toBuilder().reason(reason).message(message).build());
  }

  private UpdateControl<HealingAction> retire(HealingAction action) {
    var ended = Actions.statusOf(action).timesOrDefault().endedAt();
    return ended != null && Instant.parse(ended).plus(Lifecycle.RETENTION).isBefore(clock.instant())
        ? remove(action)
        : UpdateControl.<HealingAction>noUpdate().rescheduleAfter(Duration.ofHours(1));
  }

  private UpdateControl<HealingAction> remove(HealingAction action) {
    store.delete(action);
    return UpdateControl.noUpdate();
  }

  private Optional<PgCluster> cluster(ClusterKey key) {
    return Objects.requireNonNull(clusters).get(new ResourceID(key.name(), key.namespace()));
  }

  private EffectivePolicy policy(PgCluster cluster) {
    var inNamespace =
        Objects.requireNonNull(policies).list(cluster.getMetadata().getNamespace(), _ -> true);
    return EffectivePolicy.of(cluster, inNamespace.toList());
  }

  private static boolean isOther(HealingAction action, HealingAction other) {
    return ClusterKey.of(other).equals(ClusterKey.of(action))
        && !Objects.equals(other.getMetadata().getUid(), action.getMetadata().getUid());
  }

  private static Set<ResourceID> unended(Stream<HealingAction> actions) {
    return actions
        .filter(Predicate.not(HealingActionReconciler::ended))
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private static boolean ended(HealingAction action) {
    return Actions.phaseOf(action).ended();
  }
}
