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

/** Sees to it that each cluster has the learning pod that its spec asks for, and no other. */
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

  /** Whether pods can run at all; if not, none need be watched. */
  public boolean runPods() {
    return image.isPresent();
  }

  /** Selects the StatefulSets of learners. */
  public static String selector() {
    return LearnerNames.SELECTOR;
  }

  /** The name of a cluster's StatefulSet, and of all that belongs to it. */
  public static String nameOf(PgCluster cluster) {
    return LearnerNames.of(cluster.getMetadata().getName());
  }

  /**
   * Brings a cluster's learner to what its spec asks for, and tells how it is. An API server that
   * refuses is told in the answer: a cluster is under care without its learner too.
   *
   * @param standing its StatefulSet as it was seen last
   */
  public LearnerState care(PgCluster cluster, Optional<StatefulSet> standing) {
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

  /** Clusters that are no more need not be remembered. */
  public void keepOnly(Set<String> uids) {
    writer.keepOnly(uids);
  }

  private LearnerState run(
      PgCluster cluster, LearnerImage learner, Optional<StatefulSet> standing) {
    var secretName = LearnerSecret.nameOf(cluster);
    if (secretName.isEmpty()) {
      return new NotReady(
          "NoSecret",
          "the learner does not know how to reach the Postgres: name a Secret in"
              + " spec.learner.secretRef");
    }
    var secret = secret(cluster, secretName.get());
    if (secret.isEmpty()) {
      return new NotReady(
          "SecretNotFound",
          "there is no Secret %s in namespace %s for the learner; create it with the keys host, port,"
                  .formatted(secretName.get(), cluster.getMetadata().getNamespace())
              + " dbname, user and password, or uri");
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
      return new NotReady("Paused", "spec.paused is true: the learning pod is stopped");
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
        "the learning pod was removed; what it learned is kept in the claim %s until you delete that"
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
            "Forbidden", "the operator's ClusterRole lacks a right for learning pods: " + said)
        : new NotReady("NotApplied", "the API server did not take the learning pod: " + said);
  }
}
