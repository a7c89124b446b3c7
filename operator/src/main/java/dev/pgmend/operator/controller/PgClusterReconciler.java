package dev.pgmend.operator.controller;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.action.Proposals;
import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterStatus;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.healing.detect.index.MissingIndex;
import dev.pgmend.healing.engine.RootCauses;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.action.UnderRepair;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.ClusterListener;
import dev.pgmend.operator.cluster.ManagedCluster;
import dev.pgmend.operator.cluster.ManagedClusters;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.provider.AccessException;
import dev.pgmend.operator.provider.PostgresProvider;
import dev.pgmend.operator.status.Events;
import dev.pgmend.operator.status.Metrics;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Inspects a cluster when it is time, proposes what would mend it, and tells how it is. */
@ControllerConfiguration(
    name = "pg-cluster",
    generationAwareEventProcessing = false,
    // Without a finalizer that is how one is told of a deletion.
    triggerReconcilerOnAllEvents = true,
    informer = @Informer(onUpdateFilter = ClusterUpdateFilter.class))
public final class PgClusterReconciler implements Reconciler<PgCluster> {
  private static final Duration WHEN_UNREACHABLE = Duration.ofSeconds(15);
  private static final Duration INSPECTION_AT_MOST = Duration.ofSeconds(30);

  private final PostgresProvider provider;
  private final ManagedClusters cares;
  private final Proposals proposals;
  private final LearnerPods learners;
  private final Events events;
  private final Metrics metrics;
  private final ClusterListener listener;
  private final Clock clock;
  private @Nullable InformerEventSource<HealingAction, PgCluster> actions;
  private @Nullable InformerEventSource<TuningPolicy, PgCluster> policies;

  public PgClusterReconciler(
      PostgresProvider provider,
      ManagedClusters cares,
      Proposals proposals,
      LearnerPods learners,
      Events events,
      Metrics metrics,
      ClusterListener listener,
      Clock clock) {
    this.provider = provider;
    this.cares = cares;
    this.proposals = proposals;
    this.learners = learners;
    this.events = events;
    this.metrics = metrics;
    this.listener = listener;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, PgCluster>> prepareEventSources(
      EventSourceContext<PgCluster> context) {
    var clusters = context.getPrimaryCache();
    actions =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(HealingAction.class, PgCluster.class)
                .withName("actions-of-clusters")
                .withSecondaryToPrimaryMapper(action ->
                    Set.of(
                        new ResourceID(
                            action.getSpec().clusterRef().name(),
                            action.getMetadata().getNamespace())))
                .withOnUpdateFilter(
                    (now, before) -> Actions.phaseOf(now) != Actions.phaseOf(before))
                .build(),
            context);
    policies =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(TuningPolicy.class, PgCluster.class)
                .withName("policies-of-clusters")
                .withSecondaryToPrimaryMapper(policy ->
                    clusters
                        .list(policy.getMetadata().getNamespace(), _ -> true)
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
                .build(),
            context);
    return Stream.concat(Stream.of(actions, policies), learners.eventSources(context)).toList();
  }

  @Override
  public UpdateControl<PgCluster> reconcile(PgCluster cluster, Context<PgCluster> context) {
    forgetDeleted(context);
    if (context.isPrimaryResourceDeleted() || cluster.isMarkedForDeletion()) {
      return UpdateControl.noUpdate();
    }
    var key = ClusterKey.of(cluster);
    var policy = policyOf(cluster);
    var ours = actionsOf(key);
    var view = new ClusterView(cluster, policy, clock);
    Duration recheck;
    try {
      var care = cares.reached(key, provider.find(cluster));
      learners.reached(cluster, care.access());
      var due = due(cluster, care, ours);
      if (!due.isPositive()) {
        inspect(cluster, care, policy, advised(ours));
        due = untilNext(cluster, care);
        // Repairs went on while it was inspected.
        ours = actionsOf(key);
      }
      if (care.lastInspection().isPresent() && !cluster.getSpec().pausedOrDefault()) {
        propose(cluster, care.lastInspection().get(), policy, ours);
      }
      view.inspected(care);
      recheck = due;
      sampleWhereNeeded(care, ours);
    } catch (AccessException e) {
      // Credentials that were taken away are not used any longer.
      cares.forget(key);
      learners.lost(key);
      view.unreachable(e.reason(), e.getMessage());
      recheck = WHEN_UNREACHABLE;
    } catch (PostgresConnectionException e) {
      view.unreachable(camelCase(e.kind()), String.valueOf(e.getMessage()));
      recheck = WHEN_UNREACHABLE;
    } catch (SQLException e) {
      view.unreachable("InspectionFailed", String.valueOf(e.getMessage()));
      recheck = WHEN_UNREACHABLE;
    }
    recheck = learners.keep(cluster, view, recheck);
    write(cluster, view.status(ours), context);
    return UpdateControl.<PgCluster>noUpdate().rescheduleAfter(recheck);
  }

  private void write(PgCluster cluster, PgClusterStatus status, Context<PgCluster> context) {
    if (status.equals(cluster.getStatus())) {
      return;
    }
    if (!readyOf(cluster.getStatus()).equals(readyOf(status))) {
      tell(cluster, status);
    }
    StatusUpdate.write(cluster, context, copy -> copy.setStatus(status));
  }

  private void tell(PgCluster cluster, PgClusterStatus status) {
    status.conditions().stream()
        .filter(condition -> condition.type().equals("Ready"))
        .forEach(ready -> {
          var reason = String.valueOf(ready.reason());
          var message = String.valueOf(ready.message());
          if (ready.holds()) {
            events.normal(cluster, reason, message);
          } else {
            events.warning(cluster, reason, message);
          }
        });
  }

  private static String readyOf(@Nullable PgClusterStatus status) {
    return status == null
        ? ""
        : status.conditions().stream()
            .filter(condition -> condition.type().equals("Ready"))
            .map(condition -> condition.status() + condition.reason())
            .findFirst()
            .orElse("");
  }

  private void propose(
      PgCluster cluster,
      ManagedCluster.Inspected inspected,
      EffectivePolicy policy,
      List<HealingAction> existing) {
    var findings = inspected.findings();
    var causes = RootCauses.among(findings);
    for (var finding : findings) {
      // What the learner found it proposes itself.
      if (finding.severity() != Severity.INFO
          && !finding.detector().equals(MissingIndex.NAME)
          && !UnderRepair.is(finding, existing, inspected.begun())) {
        Repairs.planFor(finding)
            .filter(plan -> policy.modeOf(plan.type()) != ActionMode.Never)
            // Mending the cause may mend this too; what is left of it is seen afterwards.
            .filter(_ -> causes.of(finding).filter(cause -> mendsItself(cause, policy)).isEmpty())
            .ifPresent(
                plan -> proposals.propose(ClusterIdentity.of(cluster), finding, plan, existing));
      }
    }
  }

  private static boolean mendsItself(Finding finding, EffectivePolicy policy) {
    return Repairs.planFor(finding)
        .filter(plan -> policy.modeOf(plan.type()) == ActionMode.Auto)
        .isPresent();
  }

  private void inspect(
      PgCluster cluster, ManagedCluster care, EffectivePolicy policy, List<Finding> advised)
      throws SQLException {
    var databases = cluster.getSpec().databasesOrDefault();
    var begin = clock.instant();
    var inspected =
        care.inspect(
            databases::covers,
            policy.inspectionOptions(cluster),
            advised,
            INSPECTION_AT_MOST,
            requestOf(cluster));
    var key = ClusterKey.of(cluster);
    listener.inspected(key, inspected);
    metrics.inspected(
        key.namespace(),
        key.name(),
        inspected.findings(),
        Duration.between(begin, clock.instant()));
    cares.inspected(key);
  }

  /** How long until the next inspection; zero if it is time. */
  private Duration due(PgCluster cluster, ManagedCluster care, List<HealingAction> ours) {
    if (cluster.getSpec().pausedOrDefault()) {
      return WHEN_UNREACHABLE;
    }
    var last = care.lastInspection();
    if (last.isEmpty() || !last.get().request().equals(requestOf(cluster))) {
      return Duration.ZERO;
    }
    var endedSince =
        ours.stream()
            .flatMap(
                action -> Stream.ofNullable(Actions.statusOf(action).timesOrDefault().endedAt()))
            .anyMatch(ended -> Instant.parse(ended).isAfter(last.get().begun()));
    var advisedSince =
        advised(ours).stream().anyMatch(finding -> !last.get().advised().contains(finding.key()));
    if (endedSince || advisedSince) {
      return Duration.ZERO;
    }
    return untilNext(cluster, care);
  }

  private Duration untilNext(PgCluster cluster, ManagedCluster care) {
    var interval = cluster.getSpec().inspectionIntervalOrDefault();
    var left =
        care.lastInspection()
            .map(last -> Duration.between(clock.instant(), last.next(interval)))
            .orElse(Duration.ZERO);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** What the learner found and no detector can: it is seen again for as long as it matters. */
  private static List<Finding> advised(List<HealingAction> ours) {
    return ours.stream()
        .filter(action -> Actions.phaseOf(action).beforeRunning() && Actions.isAdvised(action))
        .map(action -> SpecMapping.finding(action.getSpec()))
        .toList();
  }

  private static void sampleWhereNeeded(ManagedCluster care, List<HealingAction> ours) {
    var databases =
        ours.stream()
            .filter(action ->
                switch (Actions.phaseOf(action)) {
                  case Proposed, Scheduled, Running, Verifying -> true;
                  default -> false;
                })
            .map(action -> Actions.targetOf(action).database())
            .collect(Collectors.toSet());
    care.sampleOnly(databases::contains);
  }

  private void forgetDeleted(Context<PgCluster> context) {
    var existing =
        context.getPrimaryCache().list(_ -> true).map(ClusterKey::of).collect(Collectors.toSet());
    cares.keepOnly(existing).forEach(key -> metrics.forget(key.namespace(), key.name()));
    learners.keepOnly(context.getPrimaryCache().list(_ -> true).toList());
  }

  private EffectivePolicy policyOf(PgCluster cluster) {
    var inNamespace =
        Objects.requireNonNull(policies).list(cluster.getMetadata().getNamespace(), _ -> true);
    return EffectivePolicy.of(cluster, inNamespace.toList());
  }

  private List<HealingAction> actionsOf(ClusterKey key) {
    return Objects.requireNonNull(actions)
        .list(key.namespace(), action -> ClusterKey.of(action).equals(key))
        .toList();
  }

  private static String requestOf(PgCluster cluster) {
    var annotations = cluster.getMetadata().getAnnotations();
    return (annotations == null ? Map.<String, String>of() : annotations)
        .getOrDefault(Annotations.INSPECT, "");
  }

  private static String camelCase(PostgresConnectionException.Kind kind) {
    return switch (kind) {
      case BAD_URL -> "BadUrl";
      case UNREACHABLE -> "Unreachable";
      case AUTHENTICATION -> "AuthenticationFailed";
      case NO_SUCH_DATABASE -> "NoSuchDatabase";
      case UNSUPPORTED_VERSION -> "UnsupportedVersion";
      case MISSING_RIGHTS -> "MissingRights";
    };
  }
}
