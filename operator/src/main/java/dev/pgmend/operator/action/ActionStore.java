package dev.pgmend.operator.action;

import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads and writes HealingActions past all caches; what it returns from is stored. */
public final class ActionStore {
  private static final RetryPolicy<HealingActionStatus> WHILE_THE_API_IS_AWAY =
      RetryPolicy.<HealingActionStatus>builder()
          .handleIf(ActionStore::mayPass)
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

  /** The record was deleted while its action was under way. */
  public static final class GoneException extends KubernetesClientException {
    private static final long serialVersionUID = 1L;

    GoneException(HealingAction action) {
      super("HealingAction " + action.getMetadata().getName() + " was deleted");
    }
  }

  /** The action as the API server has it now; empty if it is not there or is another one. */
  public Optional<HealingAction> read(HealingAction action) {
    return Optional.ofNullable(
            client
                .resources(HealingAction.class)
                .inNamespace(action.getMetadata().getNamespace())
                .withName(action.getMetadata().getName())
                .get())
        .filter(live -> Objects.equals(live.getMetadata().getUid(), action.getMetadata().getUid()));
  }

  /**
   * Changes the status, again where another writer came between; nothing is written if the change
   * changes nothing.
   *
   * @throws KubernetesClientException if the API server stays away, or {@link GoneException}
   */
  public HealingActionStatus change(
      HealingAction action, UnaryOperator<HealingActionStatus> change) {
    return Failsafe.with(WHILE_THE_API_IS_AWAY).get(() -> changeOnce(action, change));
  }

  /** Removes a record that was kept long enough. */
  public void delete(HealingAction action) {
    client.resource(action).delete();
  }

  /** A conflict or an API server that is away or busy passes; what it refuses stays refused. */
  private static boolean mayPass(Throwable e) {
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
