// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterStatus;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.action.Gate;
import dev.pgmend.operator.action.RepairProposer;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.ClusterListener;
import dev.pgmend.operator.cluster.ManagedCluster;
import dev.pgmend.operator.cluster.ManagedClusters;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.provider.AccessException;
import dev.pgmend.operator.provider.PostgresProvider;
import dev.pgmend.operator.status.Metrics;
import dev.pgmend.operator.validation.CelRules;
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
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reconciles PgClusters: inspects them when it is time, proposes repairs, reports their state. */
@ControllerConfiguration(
    name = "pg-cluster",
    generationAwareEventProcessing = false,
    // Without a finalizer this is how the operator learns that a PgCluster was deleted.
    triggerReconcilerOnAllEvents = true,
    informer = @Informer(onUpdateFilter = ClusterUpdateFilter.class))
public final class PgClusterReconciler implements Reconciler<PgCluster> {
  private static final Duration WHEN_UNREACHABLE = Duration.ofSeconds(15);
  private static final Duration MAX_INSPECTION = Duration.ofSeconds(30);

  private final PostgresProvider provider;
  private final ManagedClusters clusters;
  private final RepairProposer proposer;
  private final LearnerPods learners;
  private final ClusterEvents events;
  private final Metrics metrics;
  private final ClusterListener listener;
  private final Clock clock;
  private @Nullable InformerEventSource<HealingAction, PgCluster> actions;
  private @Nullable PolicyLookup<PgCluster> policies;

  PgClusterReconciler(
      PostgresProvider provider,
      ManagedClusters clusters,
      RepairProposer proposer,
      LearnerPods learners,
      ClusterEvents events,
      Metrics metrics,
      ClusterListener listener,
      Clock clock) {
    this.provider = provider;
    this.clusters = clusters;
    this.proposer = proposer;
    this.learners = learners;
    this.events = events;
    this.metrics = metrics;
    this.listener = listener;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, PgCluster>> prepareEventSources(
      EventSourceContext<PgCluster> context) {
    var cached = context.getPrimaryCache();
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
        new PolicyLookup<>(
            PgCluster.class,
            "policies-of-clusters",
            namespace ->
                cached
                    .list(namespace, _ -> true)
                    .map(ResourceID::fromResource)
                    .collect(Collectors.toSet()),
            context);
    return Stream.concat(Stream.of(actions, policies.source()), learners.eventSources(context))
        .toList();
  }

  @Override
  public UpdateControl<PgCluster> reconcile(PgCluster cluster, Context<PgCluster> context) {
    forgetDeleted(context);
    if (context.isPrimaryResourceDeleted() || cluster.isMarkedForDeletion()) {
      return UpdateControl.noUpdate();
    }
    var key = ClusterKey.of(cluster);
    var policy = Objects.requireNonNull(policies).of(cluster);
    var view = new ClusterView(cluster, policy, clock);
    Duration recheck;
    try {
      requireValid(cluster);
      var managed = clusters.reached(key, provider.find(cluster));
      learners.reached(cluster, managed.access());
      recheck = inspectIfDue(cluster, managed, policy);
      view.inspected(managed);
    } catch (AccessException e) {
      // Withdrawn credentials must not be used any longer.
      clusters.forget(key);
      learners.lost(key);
      view.unreachable(e.reason(), e.getMessage());
      recheck = WHEN_UNREACHABLE;
    } catch (PostgresConnectionException e) {
      view.unreachable(reason(e.kind()), String.valueOf(e.getMessage()));
      recheck = WHEN_UNREACHABLE;
    } catch (SQLException e) {
      view.unreachable("InspectionFailed", String.valueOf(e.getMessage()));
      recheck = WHEN_UNREACHABLE;
    }
    recheck = learners.keep(cluster, view, recheck);
    write(cluster, view.status(actionsOf(key)), context);
    return UpdateControl.<PgCluster>noUpdate().rescheduleAfter(recheck);
  }

  /** An API server before Kubernetes 1.25 has not evaluated the CEL rules. */
  private static void requireValid(PgCluster cluster) throws AccessException {
    var problems = CelRules.problems(cluster);
    if (!problems.isEmpty()) {
      throw new AccessException("InvalidSpec", String.join("; ", problems));
    }
  }

  /** Returns the time until the next inspection. */
  private Duration inspectIfDue(PgCluster cluster, ManagedCluster managed, EffectivePolicy policy)
      throws SQLException {
    var key = ClusterKey.of(cluster);
    var schedule = new InspectionSchedule(cluster, managed, clock);
    var due = schedule.due(actionsOf(key));
    if (!due.isPositive()) {
      inspect(cluster, managed, policy, schedule);
      due = schedule.untilNext();
    }
    // Repairs can have changed their phase during the inspection.
    var ours = actionsOf(key);
    if (managed.lastInspection().isPresent() && !cluster.getSpec().pausedOrDefault()) {
      proposer.propose(cluster, managed.lastInspection().get(), new Gate(policy), ours);
    }
    sampleWhereNeeded(managed, ours);
    return due;
  }

  private void inspect(
      PgCluster cluster,
      ManagedCluster managed,
      EffectivePolicy policy,
      InspectionSchedule schedule)
      throws SQLException {
    var key = ClusterKey.of(cluster);
    var before = managed.lastInspection();
    var begin = clock.instant();
    var inspected =
        managed.inspect(
            cluster.getSpec().databasesOrDefault()::covers,
            policy.inspectionOptions(),
            InspectionSchedule.advised(actionsOf(key)),
            MAX_INSPECTION,
            schedule.request());
    listener.inspected(key, inspected);
    metrics.inspected(
        key.namespace(),
        key.name(),
        inspected.findings(),
        Duration.between(begin, clock.instant()));
    clusters.inspected(key);
    events.findings(
        cluster,
        before
            .map(ManagedCluster.Inspected::findings)
            .orElseGet(() -> ClusterView.known(cluster.getStatus(), inspected.findings())),
        inspected.findings());
  }

  private void write(PgCluster cluster, PgClusterStatus status, Context<PgCluster> context) {
    if (!status.equals(cluster.getStatus())) {
      events.ready(cluster, status);
      StatusUpdate.write(cluster, context, copy -> copy.setStatus(status));
    }
  }

  private static void sampleWhereNeeded(ManagedCluster managed, List<HealingAction> ours) {
    var databases =
        ours.stream()
            .filter(action ->
                switch (Actions.phaseOf(action)) {
                  case Proposed, Scheduled, Running, Verifying -> true;
                  default -> false;
                })
            .map(action -> Actions.targetOf(action).database())
            .collect(Collectors.toSet());
    managed.sampleOnly(databases::contains);
  }

  private void forgetDeleted(Context<PgCluster> context) {
    var existing =
        context.getPrimaryCache().list(_ -> true).map(ClusterKey::of).collect(Collectors.toSet());
    clusters.keepOnly(existing).forEach(key -> metrics.forget(key.namespace(), key.name()));
    learners.keepOnly(context.getPrimaryCache().list(_ -> true).toList());
  }

  private List<HealingAction> actionsOf(ClusterKey key) {
    return Objects.requireNonNull(actions)
        .list(key.namespace(), action -> ClusterKey.of(action).equals(key))
        .toList();
  }

  private static String reason(PostgresConnectionException.Kind kind) {
    return switch (kind) {
      case BAD_URL -> "BadUrl";
      case UNREACHABLE -> "Unreachable";
      case AUTHENTICATION -> "AuthenticationFailed";
      case NO_SUCH_DATABASE -> "NoSuchDatabase";
      case UNSUPPORTED_VERSION -> "UnsupportedVersion";
      case MISSING_RIGHTS -> "MissingRights";
      case POOLER -> "ConnectionPooler";
    };
  }
}
