package dev.pgmend.operator.care;

import dev.pgmend.operator.provider.Access;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/** The clusters under care in this process. */
public final class Cares implements AutoCloseable {
  private final ConcurrentMap<ClusterKey, ClusterCare> cares = new ConcurrentHashMap<>();
  private final Clock clock;

  public Cares(Clock clock) {
    this.clock = clock;
  }

  /** Empty until the cluster was reached once. */
  public Optional<ClusterCare> of(ClusterKey key) {
    return Optional.ofNullable(cares.get(key));
  }

  /** The care of a cluster; begun anew where its address or credentials changed. */
  public ClusterCare reached(ClusterKey key, Access access) {
    return cares.compute(
        key,
        (_, care) -> {
          if (care != null && care.access().equals(access)) {
            return care;
          }
          if (care != null) {
            care.close();
          }
          return new ClusterCare(access, clock);
        });
  }

  /** Ends the care of a cluster until it is reached again. */
  public void forget(ClusterKey key) {
    var care = cares.remove(key);
    if (care != null) {
      care.close();
    }
  }

  /** Ends the care of clusters that are no more; returns which. */
  public Set<ClusterKey> keepOnly(Set<ClusterKey> existing) {
    var gone =
        cares.keySet().stream().filter(key -> !existing.contains(key)).collect(Collectors.toSet());
    gone.forEach(this::forget);
    return gone;
  }

  @Override
  public void close() {
    keepOnly(Set.of());
  }
}
