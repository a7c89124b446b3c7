// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.action;

import dev.pgmend.api.v1alpha1.HealingActionSpec;
import dev.pgmend.api.v1alpha1.PgCluster;

/** The PgCluster that a HealingAction is for. */
public record ClusterIdentity(String namespace, String name, String uid) {
  public static ClusterIdentity of(PgCluster cluster) {
    var metadata = cluster.getMetadata();
    return new ClusterIdentity(metadata.getNamespace(), metadata.getName(), metadata.getUid());
  }

  /** The reference that actions for this PgCluster carry. */
  public HealingActionSpec.ClusterRef reference() {
    return new HealingActionSpec.ClusterRef(name, uid);
  }
}
