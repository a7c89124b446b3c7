// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import dev.pgmend.api.v1alpha1.PgCluster;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a learner pod runs as its spec requires, and if not, why. */
final class LearnerHealth {
  private final KubernetesClient client;
  private final PgCluster cluster;

  LearnerHealth(KubernetesClient client, PgCluster cluster) {
    this.client = client;
    this.cluster = cluster;
  }

  LearnerState of(StatefulSet pods) {
    var name = LearnerNames.pod(cluster.getMetadata().getName());
    if (isReady(pods)) {
      var kept = LearnerObjects.storageDiffers(cluster, pods);
      return new LearnerState.PodReady(
          "pod %s learns".formatted(name)
              + (kept
                  ? "; its volume keeps its first size and class, which a StatefulSet cannot change. To apply"
                      + " spec.learner.storage, delete StatefulSet %s and claim %s, and with it what"
                          .formatted(
                              pods.getMetadata().getName(),
                              LearnerNames.claim(cluster.getMetadata().getName()))
                      + " was learned"
                  : ""));
    }
    // The pod is read here, not watched: only pods that are not ready matter.
    var pod =
        Optional.ofNullable(
            client.pods().inNamespace(cluster.getMetadata().getNamespace()).withName(name).get());
    return new LearnerState.NotReady(
        LearnerState.NotReady.POD,
        pod.map(PodTrouble::of)
            .orElse(
                "pod %s does not exist yet; if that lasts, see kubectl describe statefulset %s"
                    .formatted(name, pods.getMetadata().getName())));
  }

  private static boolean isReady(StatefulSet pods) {
    var status = pods.getStatus();
    return status != null
        && count(status.getReadyReplicas()) > 0
        && Objects.requireNonNullElse(status.getObservedGeneration(), 0L)
            >= pods.getMetadata().getGeneration()
        && isUpToDate(status);
  }

  private static boolean isUpToDate(StatefulSetStatus status) {
    return count(status.getUpdatedReplicas()) > 0
        || Objects.equals(status.getCurrentRevision(), status.getUpdateRevision());
  }

  private static int count(@Nullable Integer replicas) {
    return replicas == null ? 0 : replicas;
  }
}
