package dev.pgmend.operator.care;

import dev.pgmend.learner.advice.Diagnosis;

/** Told what inspections and learners see. */
@FunctionalInterface
public interface CareListener {
  /** Nobody listens. */
  CareListener NONE = (_, _) -> {};

  void inspected(ClusterKey cluster, ClusterCare.Inspected inspected);

  /** A learner in this process diagnosed a statement. */
  default void diagnosed(ClusterKey cluster, String database, Diagnosis diagnosis) {}
}
