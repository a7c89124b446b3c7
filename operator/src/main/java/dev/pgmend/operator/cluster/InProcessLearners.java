// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.learner.app.KubernetesProposer;
import dev.pgmend.learner.app.Learner;
import dev.pgmend.learner.app.LearnerListener;
import dev.pgmend.learner.app.LearnerMetrics;
import dev.pgmend.learner.app.LearnerSettings;
import dev.pgmend.learner.app.LearnerStatus;
import dev.pgmend.learner.app.Learning;
import dev.pgmend.learner.app.Outcomes;
import dev.pgmend.operator.provider.Access;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Learners in the operator's own process, if no pods can run. What they learned is lost when it
 * ends.
 */
public final class InProcessLearners implements AutoCloseable {
  private final KubernetesClient client;
  private final MeterRegistry registry;
  private final ClusterListener listener;
  private final Clock clock;
  private final Map<ClusterKey, Running> running = new HashMap<>();

  private record Running(
      LearnerSettings settings, Access access, Learner learner, Outcomes outcomes) {
    void close() {
      outcomes.close();
      learner.close();
    }
  }

  public InProcessLearners(
      KubernetesClient client, MeterRegistry registry, ClusterListener listener, Clock clock) {
    this.client = client;
    this.registry = registry;
    this.listener = listener;
    this.clock = clock;
  }

  /** Starts, restarts or stops the learner of a cluster, as its spec requires. */
  public synchronized void update(PgCluster cluster, Access access) {
    var key = ClusterKey.of(cluster);
    var spec = cluster.getSpec();
    var wanted = spec.learnerOrDefault().enabledOrDefault() && !spec.pausedOrDefault();
    var settings =
        new LearnerSettings(spec.learnerOrDefault(), spec.databasesOrDefault(), Optional.empty());
    var now = running.get(key);
    if (now != null
        && (!wanted || !now.settings().equals(settings) || !now.access().equals(access))) {
      forget(key);
    }
    if (wanted && !running.containsKey(key)) {
      running.put(key, start(cluster, settings, access));
    }
  }

  /** Status of the learner of a cluster; empty if none runs here. */
  public synchronized Optional<LearnerStatus> statusOf(ClusterKey key) {
    return Optional.ofNullable(running.get(key)).map(r -> r.learner().status());
  }

  /** Stops the learners of clusters that no longer exist. */
  public synchronized void keepOnly(Set<ClusterKey> existing) {
    running.keySet().stream().filter(key -> !existing.contains(key)).toList().forEach(this::forget);
  }

  /** Stops the learner of a cluster. */
  public synchronized void forget(ClusterKey key) {
    var gone = running.remove(key);
    if (gone != null) {
      gone.close();
    }
  }

  @Override
  public synchronized void close() {
    running.values().forEach(Running::close);
    running.clear();
  }

  private Running start(PgCluster cluster, LearnerSettings settings, Access access) {
    var key = ClusterKey.of(cluster);
    var identity = ClusterIdentity.of(cluster);
    var proposer = new KubernetesProposer(client, identity);
    LearnerListener toBoth =
        (database, diagnosis) -> {
          listener.diagnosed(key, database, diagnosis);
          proposer.diagnosed(database, diagnosis);
        };
    var learning = Learning.open(settings);
    var learner = new Learner(new Server(access.primary()), settings, learning, toBoth, clock);
    LearnerMetrics.bind(registry, identity, learner);
    learner.start();
    return new Running(settings, access, learner, Outcomes.watch(client, identity, learning));
  }
}
