// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.action;

/** Values of {@code status.reason} of a HealingAction that several parts of pgmend read. */
public final class Reasons {
  /** The PgCluster of the action was deleted, or replaced by another one of the same name. */
  public static final String CLUSTER_DELETED = "ClusterDeleted";

  private Reasons() {}
}
