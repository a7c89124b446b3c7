// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.operator.learnerpod.LearnerState.NotReady;
import dev.pgmend.operator.learnerpod.LearnerState.Off;
import dev.pgmend.operator.learnerpod.LearnerState.Removed;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** Keeps the learner pod of each cluster as its spec requires. */
public final class Learners {
  private final KubernetesClient client;
  private final Optional<LearnerImage> image;
  private final LearnerWriter writer;

  /**
   * @param image of the pods; without one there are none
   */
  public Learners(KubernetesClient client, Optional<LearnerImage> image, Clock clock) {
    this.client = client;
    this.image = image;
    this.writer = new LearnerWriter(client, clock);
  }

  /** Whether pods can run; if not, none need to be watched. */
  public boolean runPods() {
    return image.isPresent();
  }

  /** Selects the StatefulSets of learners. */
  public static String selector() {
    return LearnerNames.SELECTOR;
  }

  /** The name of the StatefulSet of a cluster, and of its other objects. */
  public static String nameOf(PgCluster cluster) {
    return LearnerNames.of(cluster.getMetadata().getName());
  }

  /**
   * Changes the learner of a cluster to what its spec requires, and returns its state. If the API
   * server refuses, the state shows it: the cluster is managed without its learner too.
   *
   * @param standing its StatefulSet, from the cache
   */
  public LearnerState update(PgCluster cluster, Optional<StatefulSet> standing) {
    try {
      if (!cluster.getSpec().learnerOrDefault().enabledOrDefault()) {
        return standing.isEmpty() ? new Off() : remove(cluster, standing.get());
      }
      return image
          .map(learner -> run(cluster, learner, standing))
          .orElseGet(LearnerState.InProcess::new);
    } catch (KubernetesClientException e) {
      return refused(e);
    }
  }

  /** Forgets deleted clusters. */
  public void keepOnly(Set<String> uids) {
    writer.keepOnly(uids);
  }

  private LearnerState run(
      PgCluster cluster, LearnerImage learner, Optional<StatefulSet> standing) {
    var secretName = LearnerSecret.nameOf(cluster);
    if (secretName.isEmpty()) {
      return new NotReady(
          "NoSecret",
          "the learner has no Secret to connect with: name one in" + " spec.learner.secretRef");
    }
    var secret = secret(cluster, secretName.get());
    if (secret.isEmpty()) {
      return new NotReady(
          "SecretNotFound",
          "Secret %s in namespace %s does not exist; create it for the learner with the keys host, port,"
                  .formatted(secretName.get(), cluster.getMetadata().getNamespace())
              + " dbname, username and password, or uri");
    }
    var objects =
        LearnerObjects.of(cluster, learner, secret.get().getMetadata().getResourceVersion())
            .withStorageOf(standing);
    var taken = writer.takenBySomeoneElse(cluster, objects);
    if (taken.isPresent()) {
      return new NotReady(
          "NameTaken",
          "%s exists and does not belong to this PgCluster: remove or rename it"
              .formatted(taken.get()));
    }
    var current = writer.write(cluster, objects, standing);
    if (cluster.getSpec().pausedOrDefault()) {
      return new NotReady("Paused", "spec.paused is true; the learner pod is stopped");
    }
    return new LearnerHealth(client, cluster).of(current);
  }

  private LearnerState remove(PgCluster cluster, StatefulSet standing) {
    if (!LearnerWriter.belongsTo(cluster, standing)
        || standing.getMetadata().getDeletionTimestamp() != null
        || !writer.remove(cluster, standing)) {
      return new Off();
    }
    var claim = LearnerNames.claim(cluster.getMetadata().getName());
    return new Removed(
        "the learner pod was removed; claim %s keeps what it learned until you delete the claim"
            .formatted(claim));
  }

  private Optional<Secret> secret(PgCluster cluster, String name) {
    return Optional.ofNullable(
        client.secrets().inNamespace(cluster.getMetadata().getNamespace()).withName(name).get());
  }

  private static NotReady refused(KubernetesClientException e) {
    var status = e.getStatus();
    var said = String.valueOf(status == null ? e.getMessage() : status.getMessage());
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        ? new NotReady(
            "Forbidden", "the operator's ClusterRole lacks a right for learner pods: " + said)
        : new NotReady("NotApplied", "the API server refused the learner pod: " + said);
  }
}
