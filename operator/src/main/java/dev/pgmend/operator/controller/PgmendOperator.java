// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.action.Proposals;
import dev.pgmend.learner.app.LearnerStatus;
import dev.pgmend.operator.action.ActionRuns;
import dev.pgmend.operator.action.ActionStore;
import dev.pgmend.operator.action.PhaseChange;
import dev.pgmend.operator.action.RepairProposer;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.ClusterListener;
import dev.pgmend.operator.cluster.InProcessLearners;
import dev.pgmend.operator.cluster.ManagedClusters;
import dev.pgmend.operator.cluster.MemoryStore;
import dev.pgmend.operator.learnerpod.LearnerImage;
import dev.pgmend.operator.learnerpod.Learners;
import dev.pgmend.operator.provider.ConnectionProvider;
import dev.pgmend.operator.status.Events;
import dev.pgmend.operator.status.Metrics;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The operator with all its reconcilers. */
public final class PgmendOperator implements AutoCloseable {
  private final Operator operator;
  private final ManagedClusters clusters;
  private final InProcessLearners learners;
  private final Set<String> namespaces;
  private final ActionRuns runs = new ActionRuns();

  /**
   * Wires the operator; {@link #start} starts it.
   *
   * @param learner the image of learner pods; without one, learners run in this process
   * @param leaderElection true if another replica can run: only the leader acts
   * @param namespaces to manage; empty: all
   */
  public PgmendOperator(
      KubernetesClient client,
      MeterRegistry registry,
      ClusterListener listener,
      Optional<LearnerImage> learner,
      boolean leaderElection,
      Set<String> namespaces,
      Clock clock) {
    this.namespaces = namespaces.isEmpty() ? Constants.WATCH_ALL_NAMESPACE_SET : namespaces;
    clusters = new ManagedClusters(new MemoryStore(client, clock), clock);
    learners = new InProcessLearners(client, registry, listener, clock);
    var metrics = new Metrics(registry);
    var events = new Events(client, clock);
    var store = new ActionStore(client);
    var phases = new PhaseChange(store, events, metrics, clock);
    operator =
        new Operator(overrider -> {
          overrider
              .withKubernetesClient(client)
              // The in-process API has no server-side apply, and nothing else writes the status.
              .withUseSSAToPatchPrimaryResource(false)
              .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(registry))
              .withCloseClientOnStop(false);
          if (leaderElection) {
            overrider.withLeaderElectionConfiguration(
                LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("pgmend").build());
          }
        });
    var provider = new ConnectionProvider(client);
    register(new TuningPolicyReconciler(clock));
    register(
        new PgClusterReconciler(
            provider,
            clusters,
            new RepairProposer(new Proposals(client, clock)),
            new LearnerPods(new Learners(client, learner, clock), learners, events),
            new ClusterEvents(events),
            metrics,
            listener,
            clock));
    register(new HealingActionReconciler(clusters, runs, store, phases, provider, clock));
  }

  /** Retries without end: the API server can be unavailable for hours. */
  private <P extends HasMetadata> void register(Reconciler<P> reconciler) {
    operator.register(
        reconciler,
        configuration ->
            configuration
                .settingNamespaces(namespaces)
                .withRetry(
                    new GenericRetry()
                        .withoutMaxAttempts()
                        .setInitialInterval(Duration.ofSeconds(1))
                        .setMaxInterval(Duration.ofSeconds(30).toMillis()))
                .withReconciliationMaxInterval(Duration.ofMinutes(1)));
  }

  public void start() {
    operator.start();
  }

  /** Whether every watch of the API server works. */
  public boolean isHealthy() {
    return operator.getRuntimeInfo().isStarted()
        && operator.getRuntimeInfo().allEventSourcesAreHealthy();
  }

  /** Status of the learner of a cluster; empty if none runs in this process. */
  public Optional<LearnerStatus> learnerOf(ClusterKey cluster) {
    return learners.statusOf(cluster);
  }

  /** Stops. A running statement continues in its server, and the next start finds it. */
  @Override
  public void close() {
    // First: once the caches are empty, every run would look as if its action was deleted.
    runs.close();
    operator.stop();
    learners.close();
    clusters.close();
  }
}
