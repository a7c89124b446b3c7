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

/** The clusters under care in this process. */
public final class ManagedClusters implements AutoCloseable {
  private static final Duration AT_MOST = Duration.ofSeconds(5);

  private final ConcurrentMap<ClusterKey, ManagedCluster> cares = new ConcurrentHashMap<>();
  private final MemoryStore memories;
  private final Clock clock;

  public ManagedClusters(MemoryStore memories, Clock clock) {
    this.memories = memories;
    this.clock = clock;
  }

  /** Empty until the cluster was reached once. */
  public Optional<ManagedCluster> of(ClusterKey key) {
    return Optional.ofNullable(cares.get(key));
  }

  /** The care of a cluster; begun anew where its address or credentials changed. */
  public ManagedCluster reached(ClusterKey key, Access access) {
    return cares.compute(
        key,
        (_, care) -> {
          if (care != null && care.access().equals(access)) {
            return care;
          }
          if (care != null) {
            care.close();
          }
          return new ManagedCluster(access, memories.read(key, access), clock);
        });
  }

  /** To be called after each inspection: what it saw is kept from time to time. */
  public void inspected(ClusterKey key) {
    of(key).ifPresent(care -> memories.keep(key, care));
  }

  /** Ends the care of a cluster until it is reached again. */
  public void forget(ClusterKey key) {
    var care = cares.remove(key);
    if (care != null) {
      memories.write(key, care);
      care.close();
    }
  }

  /** Ends the care of clusters that are no more; returns which. */
  public Set<ClusterKey> keepOnly(Set<ClusterKey> existing) {
    var gone =
        cares.keySet().stream().filter(key -> !existing.contains(key)).collect(Collectors.toSet());
    for (var key : gone) {
      forget(key);
      memories.remove(key);
    }
    return gone;
  }

  /** Keeps what was remembered, as far as the API server takes it at once: it may be away. */
  @Override
  public void close() {
    var writes = Executors.newVirtualThreadPerTaskExecutor();
    cares.forEach((key, care) -> writes.execute(() -> memories.write(key, care)));
    writes.shutdown();
    try {
      if (!writes.awaitTermination(AT_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
        writes.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cares.values().forEach(ManagedCluster::close);
    cares.clear();
  }
}
