// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.learner.advice.Diagnosis;

/** Receives the results of a learner, on the learner's own thread. */
public interface LearnerListener {
  /** A statement was diagnosed. */
  void diagnosed(String database, Diagnosis diagnosis);

  /** A cycle over all databases ended. */
  default void cycleEnded(LearnerStatus status) {}
}
