package dev.pgmend.operator.cluster;

import dev.pgmend.learner.advice.Diagnosis;

/** Told what inspections and learners see. */
@FunctionalInterface
public interface ClusterListener {
  /** Nobody listens. */
  ClusterListener NONE = (_, _) -> {};

  void inspected(ClusterKey cluster, ManagedCluster.Inspected inspected);

  /** A learner in this process diagnosed a statement. */
  default void diagnosed(ClusterKey cluster, String database, Diagnosis diagnosis) {}
}
