// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;

/** Identifies a PgCluster. */
public record ClusterKey(String namespace, String name) {
  public static ClusterKey of(PgCluster cluster) {
    return new ClusterKey(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
  }

  public static ClusterKey of(HealingAction action) {
    return new ClusterKey(
        action.getMetadata().getNamespace(), action.getSpec().clusterRef().name());
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
