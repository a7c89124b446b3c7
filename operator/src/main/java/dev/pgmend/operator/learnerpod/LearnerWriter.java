// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pgmend.api.v1alpha1.PgCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * Writes the objects of a learner by server-side apply, which keeps fields that the API server or
 * others set. Existing objects are not compared field by field: defaults would always differ.
 */
final class LearnerWriter {
  private static final String MANAGER = "pgmend";

  /**
   * How often objects that are not watched are written again, in case another client changed them.
   */
  private static final Duration AGAIN_AFTER = Duration.ofHours(1);

  /** How long a write can take to reach the cache. */
  private static final Duration LAG = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Clock clock;
  private final ConcurrentMap<String, Written> writtenByCluster = new ConcurrentHashMap<>();

  /** The objects that this process last wrote for a cluster. */
  private record Written(UUID content, StatefulSet stored, Instant at) {
    boolean stands(UUID wanted, Optional<StatefulSet> standing, Instant now) {
      if (!content.equals(wanted) || now.isAfter(at.plus(AGAIN_AFTER))) {
        return false;
      }
      return standing
          .map(seen ->
              Objects.equals(seen.getMetadata().getUid(), stored.getMetadata().getUid())
                  // A later generation is from another writer; an earlier one means that the cache
                  // is behind.
                  && seen.getMetadata().getGeneration() <= stored.getMetadata().getGeneration()
                  && seen.getMetadata().getDeletionTimestamp() == null)
          .orElse(now.isBefore(at.plus(LAG)));
    }
  }

  LearnerWriter(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Writes the objects that differ from what this process last wrote. */
  StatefulSet write(PgCluster cluster, LearnerObjects objects, Optional<StatefulSet> standing) {
    var uid = cluster.getMetadata().getUid();
    var content = content(objects);
    var before = writtenByCluster.get(uid);
    if (before != null && before.stands(content, standing, clock.instant())) {
      return newer(before.stored(), standing);
    }
    objects.before().forEach(this::apply);
    var stored = apply(objects.pods());
    writtenByCluster.put(uid, new Written(content, stored, clock.instant()));
    return stored;
  }

  /** An object with one of the names that belongs to another owner; checked once in a process. */
  Optional<String> takenBySomeoneElse(PgCluster cluster, LearnerObjects objects) {
    if (writtenByCluster.containsKey(cluster.getMetadata().getUid())) {
      return Optional.empty();
    }
    return Stream.concat(objects.before().stream(), Stream.of(objects.pods()))
        .flatMap(object -> Stream.ofNullable(client.resource(object).get()))
        .filter(live -> !belongsTo(cluster, live))
        .map(live -> live.getKind() + " " + live.getMetadata().getName())
        .findFirst();
  }

  /** Removes the objects, except the claim; false if the StatefulSet was already gone. */
  boolean remove(PgCluster cluster, StatefulSet standing) {
    writtenByCluster.remove(cluster.getMetadata().getUid());
    for (var part : LearnerObjects.parts(cluster)) {
      var live = client.resource(part).get();
      if (live != null && belongsTo(cluster, live)) {
        client.resource(live).delete();
      }
    }
    return !client.resource(standing).delete().isEmpty();
  }

  void keepOnly(Set<String> uids) {
    writtenByCluster.keySet().retainAll(uids);
  }

  static boolean belongsTo(PgCluster cluster, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(cluster.getMetadata().getUid()));
  }

  private <T extends HasMetadata> T apply(T object) {
    return client.resource(object).fieldManager(MANAGER).forceConflicts().serverSideApply();
  }

  private static StatefulSet newer(StatefulSet stored, Optional<StatefulSet> standing) {
    return standing
        .filter(seen -> seen.getMetadata().getGeneration() >= stored.getMetadata().getGeneration())
        .orElse(stored);
  }

  /** An id of the content: equal objects have equal ids. */
  private static UUID content(LearnerObjects objects) {
    return UUID.nameUUIDFromBytes(Serialization.asJson(objects).getBytes(UTF_8));
  }
}
