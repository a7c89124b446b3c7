package dev.pgmend.learner.app;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

/** Tells the learner what came of repairs, its own and others', as their records say. */
public final class Outcomes implements AutoCloseable {
  private final SharedIndexInformer<HealingAction> informer;

  private Outcomes(SharedIndexInformer<HealingAction> informer) {
    this.informer = informer;
  }

  /** Watches until it is closed; records that have ended already are told of too. */
  public static Outcomes watch(
      KubernetesClient client, ClusterIdentity cluster, Learning learning) {
    var informer =
        client.resources(HealingAction.class).inNamespace(cluster.namespace()).runnableInformer(0);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(HealingAction action) {
            tell(action);
          }

          @Override
          public void onUpdate(HealingAction before, HealingAction action) {
            tell(action);
          }

          @Override
          public void onDelete(HealingAction action, boolean finalStateUnknown) {}

          private void tell(HealingAction action) {
            if (action.getSpec().clusterRef().name().equals(cluster.name()) && isMeasured(action)) {
              learning.outcome(action);
            }
          }
        });
    // In the background: an API server that is away keeps nobody from learning.
    var _ = informer.start();
    return new Outcomes(informer);
  }

  @Override
  public void close() {
    informer.close();
  }

  /** The verdict stands; what a user undoes later was not undone for its effect. */
  private static boolean isMeasured(HealingAction action) {
    var status = action.getStatus();
    return status != null
        && status.verdict() != null
        && (status.phaseOrDefault() == HealingPhase.Succeeded
            || status.phaseOrDefault() == HealingPhase.RolledBack);
  }
}
