// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import dev.pgmend.api.v1alpha1.PgCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The objects of one learner.
 *
 * @param before what the pod needs before it starts
 * @param pods runs the pod; written last and removed last, so that an interrupted removal is
 *     noticed
 */
record LearnerObjects(List<HasMetadata> before, StatefulSet pods) {
  LearnerObjects {
    before = List.copyOf(before);
  }

  /**
   * @param secretVersion of the Secret that the pod reads at its start
   */
  static LearnerObjects of(PgCluster cluster, LearnerImage image, String secretVersion) {
    return new LearnerObjects(parts(cluster), LearnerStatefulSet.of(cluster, image, secretVersion));
  }

  /**
   * With the volume of the existing StatefulSet, if there is one: the API server refuses any change
   * of it.
   */
  LearnerObjects withStorageOf(Optional<StatefulSet> standing) {
    var templates =
        standing.map(pods -> pods.getSpec().getVolumeClaimTemplates()).orElse(List.of());
    if (templates.isEmpty()) {
      return this;
    }
    var theirs = templates.getFirst().getSpec();
    return new LearnerObjects(
        before,
        new StatefulSetBuilder(pods)
            .editSpec()
            .editFirstVolumeClaimTemplate()
            .editSpec()
            .withStorageClassName(theirs.getStorageClassName())
            .withNewResources()
            .withRequests(theirs.getResources().getRequests())
            .endResources()
            .endSpec()
            .endVolumeClaimTemplate()
            .endSpec()
            .build());
  }

  /** Whether the volume of a StatefulSet differs from the spec. */
  static boolean storageDiffers(PgCluster cluster, StatefulSet standing) {
    var storage = cluster.getSpec().learnerOrDefault().storageOrDefault();
    return standing.getSpec().getVolumeClaimTemplates().stream()
        .map(template -> template.getSpec())
        .anyMatch(claim ->
            !Objects.equals(claim.getStorageClassName(), storage.storageClassName())
                || !Objects.equals(
                    claim.getResources().getRequests().get("storage"),
                    new Quantity(storage.sizeOrDefault())));
  }

  /** The objects beside its pod. */
  static List<HasMetadata> parts(PgCluster cluster) {
    return List.of(
        LearnerAccess.account(cluster),
        LearnerAccess.role(cluster),
        LearnerAccess.binding(cluster),
        service(cluster));
  }

  private static Service service(PgCluster cluster) {
    return new ServiceBuilder()
        .withMetadata(metadata(cluster))
        .withNewSpec()
        .withClusterIP("None")
        .withSelector(LearnerNames.podLabels(cluster))
        .addNewPort()
        .withName("http")
        .withProtocol("TCP")
        .withPort(LearnerStatefulSet.PORT)
        .withNewTargetPort("http")
        .endPort()
        .endSpec()
        .build();
  }

  static ObjectMeta metadata(PgCluster cluster) {
    var meta = cluster.getMetadata();
    return new ObjectMetaBuilder()
        .withName(LearnerNames.of(meta.getName()))
        .withNamespace(meta.getNamespace())
        .withLabels(LearnerNames.labels(cluster))
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(cluster.getApiVersion())
                .withKind(cluster.getKind())
                .withName(meta.getName())
                .withUid(meta.getUid())
                .withController(true)
                // Blocking the deletion of the owner needs a right to its finalizers.
                .withBlockOwnerDeletion(false)
                .build())
        .build();
  }
}
