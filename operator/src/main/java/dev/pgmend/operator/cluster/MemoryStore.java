// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.memory.SavedMemory;
import dev.pgmend.operator.provider.Access;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the memory of inspections over a restart: a ConfigMap for each cluster in the operator's
 * own namespace, where it needs no other rights. What cannot be read or written is logged and
 * learned again.
 */
public final class MemoryStore {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryStore.class);

  private static final String DATA = "memory.json.gz";

  /** The cluster of the memory, and its server. */
  private static final String CLUSTER = "pgmend.dev/cluster";

  private static final String SERVER = "pgmend.dev/server";

  private static final Duration INTERVAL = Duration.ofMinutes(15);

  /** A ConfigMap holds one MiB, and base64 adds a third. */
  private static final int MAX_BYTES = 700_000;

  private final KubernetesClient client;
  private final Clock clock;
  private final ConcurrentMap<ClusterKey, Instant> savedAt = new ConcurrentHashMap<>();

  public MemoryStore(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The memory of a cluster; a new one if none was saved, or if it belongs to another server. */
  Memory read(ClusterKey key, Access access) {
    // Otherwise many restarts in a row would save nothing.
    savedAt.put(key, clock.instant());
    try {
      return Optional.ofNullable(at(key).get())
          .filter(kept -> annotation(kept, SERVER).equals(server(access)))
          .filter(kept -> annotation(kept, CLUSTER).equals(key.toString()))
          .map(kept -> kept.getBinaryData().getOrDefault(DATA, ""))
          .map(MemoryStore::decoded)
          .orElseGet(Memory::new);
    } catch (KubernetesClientException e) {
      LOG.warn("The memory of inspections of {} cannot be read: {}", key, e.getMessage());
      return new Memory();
    }
  }

  /** Saves the memory, if that is due. */
  void keep(ClusterKey key, ManagedCluster managed) {
    var last = savedAt.getOrDefault(key, Instant.EPOCH);
    if (!clock.instant().isBefore(last.plus(INTERVAL))) {
      write(key, managed);
    }
  }

  /** Saves the memory now. */
  void write(ClusterKey key, ManagedCluster managed) {
    savedAt.put(key, clock.instant());
    var bytes = SavedMemory.write(managed.memory(), MAX_BYTES);
    var kept =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name(key))
            .withNamespace(client.getNamespace())
            .addToLabels("app.kubernetes.io/managed-by", "pgmend")
            .addToAnnotations(CLUSTER, key.toString())
            .addToAnnotations(SERVER, server(managed.access()))
            .endMetadata()
            .addToBinaryData(DATA, Base64.getEncoder().encodeToString(bytes))
            .build();
    try {
      client.resource(kept).createOr(NonDeletingOperation::update);
    } catch (KubernetesClientException e) {
      LOG.warn("The memory of inspections of {} cannot be saved: {}", key, e.getMessage());
    }
  }

  /** Removes the memory of a deleted cluster. */
  void remove(ClusterKey key) {
    savedAt.remove(key);
    try {
      at(key).delete();
    } catch (KubernetesClientException e) {
      LOG.warn("The memory of inspections of {} cannot be removed: {}", key, e.getMessage());
    }
  }

  private Resource<ConfigMap> at(ClusterKey key) {
    return client.configMaps().inNamespace(client.getNamespace()).withName(name(key));
  }

  private static Memory decoded(String base64) {
    try {
      return SavedMemory.read(Base64.getDecoder().decode(base64));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("A saved memory of inspections is damaged; pgmend starts with an empty one", e);
      return new Memory();
    }
  }

  /** Namespace and name together can be too long for a name. */
  private static String name(ClusterKey key) {
    return "pgmend-memory-" + UUID.nameUUIDFromBytes(key.toString().getBytes(UTF_8));
  }

  private static String server(Access access) {
    return access.primary().host() + ":" + access.primary().port();
  }

  private static String annotation(ConfigMap kept, String name) {
    var annotations = kept.getMetadata().getAnnotations();
    return annotations == null ? "" : Map.copyOf(annotations).getOrDefault(name, "");
  }
}
