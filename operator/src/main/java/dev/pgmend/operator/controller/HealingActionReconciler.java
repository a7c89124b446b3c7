// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.operator.action.ActionRuns;
import dev.pgmend.operator.action.ActionStore;
import dev.pgmend.operator.action.ActionTurn;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.action.CurrentState;
import dev.pgmend.operator.action.Gate;
import dev.pgmend.operator.action.OrphanTurn;
import dev.pgmend.operator.action.OtherActions;
import dev.pgmend.operator.action.PhaseChange;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.ManagedClusters;
import dev.pgmend.operator.provider.PostgresProvider;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reconciles HealingActions: one {@link ActionTurn} for each pass, unless the action runs. */
@ControllerConfiguration(
    name = "healing-action",
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = ActionUpdateFilter.class))
public final class HealingActionReconciler implements Reconciler<HealingAction> {
  private static final Duration SOON = Duration.ofSeconds(2);

  private final ManagedClusters managed;
  private final ActionRuns runs;
  private final ActionStore store;
  private final PhaseChange phases;
  private final PostgresProvider provider;
  private final Clock clock;
  private @Nullable InformerEventSource<PgCluster, HealingAction> clusters;
  private @Nullable PolicyLookup<HealingAction> policies;

  public HealingActionReconciler(
      ManagedClusters managed,
      ActionRuns runs,
      ActionStore store,
      PhaseChange phases,
      PostgresProvider provider,
      Clock clock) {
    this.managed = managed;
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
                    unfinished(
                        actions.list(
                            cluster.getMetadata().getNamespace(),
                            action -> ClusterKey.of(action).equals(ClusterKey.of(cluster)))))
                .build(),
            context);
    policies =
        new PolicyLookup<>(
            HealingAction.class,
            "policies-of-actions",
            namespace -> unfinished(actions.list(namespace, _ -> true)),
            context);
    return List.of(clusters, policies.source());
  }

  @Override
  public UpdateControl<HealingAction> reconcile(
      HealingAction cached, Context<HealingAction> context) {
    if (runs.isRunning(cached.getMetadata().getUid())) {
      return UpdateControl.<HealingAction>noUpdate().rescheduleAfter(SOON);
    }
    // The cache can be behind a run that has just ended.
    Optional<Duration> recheck =
        store.read(cached).flatMap(action -> take(action, context.getPrimaryCache()));
    return recheck.isPresent()
        ? UpdateControl.<HealingAction>noUpdate().rescheduleAfter(recheck.get())
        : UpdateControl.noUpdate();
  }

  private Optional<Duration> take(HealingAction action, ResourceCache<HealingAction> actions) {
    var key = ClusterKey.of(action);
    var cluster = clusterOf(action);
    if (cluster.isEmpty()) {
      return new OrphanTurn(action, store, phases, clock).take();
    }
    var reached = managed.of(key);
    if (reached.isEmpty()) {
      return OrphanTurn.notConnected(action, store, phases, clock);
    }
    var others = actions.list(key.namespace(), other -> isOther(action, other)).toList();
    return new ActionTurn(
            action,
            cluster.get(),
            reached.get(),
            new OtherActions(others),
            new Caches(action, actions),
            runs,
            store,
            phases,
            clock)
        .take();
  }

  /** The PgCluster that an action is for; a later one of the same name is another one. */
  private Optional<PgCluster> clusterOf(HealingAction action) {
    var key = ClusterKey.of(action);
    var uid = action.getSpec().clusterRef().uid();
    return Objects.requireNonNull(clusters)
        .get(new ResourceID(key.name(), key.namespace()))
        .filter(cluster -> uid == null || uid.equals(cluster.getMetadata().getUid()));
  }

  private static boolean isOther(HealingAction action, HealingAction other) {
    return ClusterKey.of(other).equals(ClusterKey.of(action))
        && !Objects.equals(other.getMetadata().getUid(), action.getMetadata().getUid());
  }

  private static Set<ResourceID> unfinished(Stream<HealingAction> actions) {
    return actions
        .filter(action -> !Actions.phaseOf(action).ended())
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private final class Caches implements CurrentState {
    private final HealingAction action;
    private final ResourceCache<HealingAction> actions;

    Caches(HealingAction action, ResourceCache<HealingAction> actions) {
      this.action = action;
      this.actions = actions;
    }

    @Override
    public Optional<HealingAction> action() {
      return actions.get(ResourceID.fromResource(action));
    }

    @Override
    public Optional<PgCluster> cluster() {
      return clusterOf(action);
    }

    @Override
    public Gate gate(PgCluster cluster) {
      return new Gate(Objects.requireNonNull(policies).of(cluster));
    }

    @Override
    public Optional<String> ownerBusy(PgCluster cluster) {
      return provider.busy(cluster);
    }
  }
}
