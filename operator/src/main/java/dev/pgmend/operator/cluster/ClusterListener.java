// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cluster;

import dev.pgmend.learner.advice.Diagnosis;

/** Receives what inspections and learners find. */
@FunctionalInterface
public interface ClusterListener {
  /** Ignores everything. */
  ClusterListener NONE = (_, _) -> {};

  void inspected(ClusterKey cluster, ManagedCluster.Inspected inspected);

  /** A learner in this process diagnosed a statement. */
  default void diagnosed(ClusterKey cluster, String database, Diagnosis diagnosis) {}
}
