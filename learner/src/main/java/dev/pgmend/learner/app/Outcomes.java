// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

/** Reports the outcomes of repairs to the learner, including repairs that it did not propose. */
public final class Outcomes implements AutoCloseable {
  private final SharedIndexInformer<HealingAction> informer;

  private Outcomes(SharedIndexInformer<HealingAction> informer) {
    this.informer = informer;
  }

  /** Watches HealingActions until it is closed, including those that already ended. */
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
    // Starts in the background, so that learning does not wait for the API server.
    var _ = informer.start();
    return new Outcomes(informer);
  }

  @Override
  public void close() {
    informer.close();
  }

  /** Uses the verdict even if a user undid the repair later. */
  private static boolean isMeasured(HealingAction action) {
    var status = action.getStatus();
    return status != null
        && status.verdict() != null
        && (status.phaseOrDefault() == HealingPhase.Succeeded
            || status.phaseOrDefault() == HealingPhase.RolledBack);
  }
}
