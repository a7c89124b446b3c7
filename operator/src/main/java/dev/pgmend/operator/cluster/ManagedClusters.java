// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import dev.pgmend.operator.provider.Access;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The clusters that this process manages. */
public final class ManagedClusters implements AutoCloseable {
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final ConcurrentMap<ClusterKey, ManagedCluster> clusters = new ConcurrentHashMap<>();
  private final MemoryStore memories;
  private final Clock clock;

  public ManagedClusters(MemoryStore memories, Clock clock) {
    this.memories = memories;
    this.clock = clock;
  }

  /** Empty until the cluster was reached once. */
  public Optional<ManagedCluster> of(ClusterKey key) {
    return Optional.ofNullable(clusters.get(key));
  }

  /** The managed cluster; a new one if its address or credentials changed. */
  public ManagedCluster reached(ClusterKey key, Access access) {
    return clusters.compute(
        key,
        (_, cluster) -> {
          if (cluster != null && cluster.access().equals(access)) {
            return cluster;
          }
          if (cluster != null) {
            cluster.close();
          }
          return new ManagedCluster(access, memories.read(key, access), clock);
        });
  }

  /** Call this after each inspection: its memory is saved from time to time. */
  public void inspected(ClusterKey key) {
    of(key).ifPresent(cluster -> memories.keep(key, cluster));
  }

  /** Stops managing a cluster until it is reached again. */
  public void forget(ClusterKey key) {
    var cluster = clusters.remove(key);
    if (cluster != null) {
      memories.write(key, cluster);
      cluster.close();
    }
  }

  /** Stops managing clusters that no longer exist; returns which. */
  public Set<ClusterKey> keepOnly(Set<ClusterKey> existing) {
    var gone =
        clusters.keySet().stream()
            .filter(key -> !existing.contains(key))
            .collect(Collectors.toSet());
    for (var key : gone) {
      forget(key);
      memories.remove(key);
    }
    return gone;
  }

  /** Saves the memories, unless the API server is unavailable. */
  @Override
  public void close() {
    var writes = Executors.newVirtualThreadPerTaskExecutor();
    clusters.forEach((key, cluster) -> writes.execute(() -> memories.write(key, cluster)));
    writes.shutdown();
    try {
      if (!writes.awaitTermination(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        writes.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clusters.values().forEach(ManagedCluster::close);
    clusters.clear();
  }
}
