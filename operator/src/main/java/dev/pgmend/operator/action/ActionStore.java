// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.operator.cluster.ClusterKey;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads and writes HealingActions without caches. When a method returns, the change is stored. */
public final class ActionStore {
  private static final RetryPolicy<HealingActionStatus> WHILE_UNAVAILABLE =
      RetryPolicy.<HealingActionStatus>builder()
          .handleIf(ActionStore::isTemporary)
          .withBackoff(Duration.ofMillis(200), Duration.ofSeconds(5))
          .withJitter(0.2)
          .withMaxDuration(Duration.ofMinutes(1))
          .withMaxRetries(-1)
          .build();

  private static final int TOO_MANY_REQUESTS = 429;

  private final KubernetesClient client;

  public ActionStore(KubernetesClient client) {
    this.client = client;
  }

  /** The HealingAction was deleted while it ran. */
  public static final class GoneException extends KubernetesClientException {
    private static final long serialVersionUID = 1L;

    GoneException(HealingAction action) {
      super("HealingAction " + action.getMetadata().getName() + " was deleted");
    }
  }

  /** The action as the API server has it; empty if it does not exist or is another one. */
  public Optional<HealingAction> read(HealingAction action) {
    return Optional.ofNullable(
            client
                .resources(HealingAction.class)
                .inNamespace(action.getMetadata().getNamespace())
                .withName(action.getMetadata().getName())
                .get())
        .filter(live -> Objects.equals(live.getMetadata().getUid(), action.getMetadata().getUid()));
  }

  /** The uid of the PgCluster of that name; empty if there is none. */
  public Optional<String> uidOfCluster(ClusterKey key) {
    return Optional.ofNullable(
            client
                .resources(PgCluster.class)
                .inNamespace(key.namespace())
                .withName(key.name())
                .get())
        .map(cluster -> cluster.getMetadata().getUid());
  }

  /**
   * Changes the status. After a conflict it tries again. If nothing changes, nothing is written.
   *
   * @throws KubernetesClientException if the API server stays unavailable, or {@link GoneException}
   */
  public HealingActionStatus change(
      HealingAction action, UnaryOperator<HealingActionStatus> change) {
    return Failsafe.with(WHILE_UNAVAILABLE).get(() -> changeOnce(action, change));
  }

  /** Removes an action. */
  public void delete(HealingAction action) {
    client.resource(action).delete();
  }

  /**
   * Conflicts and an API server that is unavailable or busy are temporary; other errors are not.
   */
  private static boolean isTemporary(Throwable e) {
    return e instanceof KubernetesClientException api
        && !(e instanceof GoneException)
        && (api.getCode() < HttpURLConnection.HTTP_BAD_REQUEST
            || api.getCode() == HttpURLConnection.HTTP_CONFLICT
            || api.getCode() == TOO_MANY_REQUESTS
            || api.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR);
  }

  private HealingActionStatus changeOnce(
      HealingAction action, UnaryOperator<HealingActionStatus> change) {
    var live = read(action).orElseThrow(() -> new GoneException(action));
    var before = Actions.statusOf(live);
    var after = change.apply(before);
    if (!after.equals(before)) {
      live.setStatus(after);
      client.resource(live).updateStatus();
    }
    return after;
  }
}
