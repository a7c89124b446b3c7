package dev.pgmend.learner.app;

import dev.pgmend.learner.advice.Diagnosis;

/** Told what a learner sees; called from the learner's own thread. */
public interface LearnerListener {
  /** A statement was diagnosed. */
  void diagnosed(String database, Diagnosis diagnosis);

  /** A round over all databases ended. */
  default void looked(LearnerStatus status) {}
}
