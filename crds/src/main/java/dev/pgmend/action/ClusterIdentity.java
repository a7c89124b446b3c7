package dev.pgmend.action;

import dev.pgmend.api.v1alpha1.PgCluster;

/** The PgCluster that a HealingAction is for and belongs to. */
public record ClusterIdentity(String namespace, String name, String uid) {
  public static ClusterIdentity of(PgCluster cluster) {
    var metadata = cluster.getMetadata();
    return new ClusterIdentity(metadata.getNamespace(), metadata.getName(), metadata.getUid());
  }
}
