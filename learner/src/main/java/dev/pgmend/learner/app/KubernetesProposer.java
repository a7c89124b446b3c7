// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.action.Proposals;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.learner.advice.Diagnosis;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proposes what a learner advises. It needs only the right to create and read HealingActions. */
public final class KubernetesProposer implements LearnerListener {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesProposer.class);

  private final KubernetesClient client;
  private final ClusterIdentity cluster;

  public KubernetesProposer(KubernetesClient client, ClusterIdentity cluster) {
    this.client = client;
    this.cluster = cluster;
  }

  @Override
  public void diagnosed(String database, Diagnosis diagnosis) {
    Advised.finding(database, diagnosis)
        .ifPresent(finding ->
            Repairs.planFor(finding)
                .ifPresent(plan -> {
                  try {
                    new Proposals(client, InstantSource.system())
                        .propose(cluster, finding, plan, ours());
                  } catch (KubernetesClientException e) {
                    // A finding that persists is proposed again after the next diagnosis.
                    LOG.warn(
                        "Cannot propose a repair; it is proposed again after the next diagnosis: finding=\"{}\" error=\"{}\"",
                        finding.summary(),
                        e.getMessage());
                  }
                }));
  }

  private List<HealingAction> ours() {
    return client
        .resources(HealingAction.class)
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .filter(action -> action.getSpec().clusterRef().name().equals(cluster.name()))
        .toList();
  }
}
