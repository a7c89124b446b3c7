// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

/** State of the learner of a cluster. */
public sealed interface LearnerState {
  /** The learner is not enabled. */
  record Off() implements LearnerState {}

  /**
   * The learner was disabled: the pod was just removed.
   *
   * @param kept what stays, and how to remove it
   */
  record Removed(String kept) implements LearnerState {}

  /** It runs inside the operator's own process. */
  record InProcess() implements LearnerState {}

  /** Its pod runs and is ready. */
  record PodReady(String message) implements LearnerState {}

  /**
   * It does not learn.
   *
   * @param reason one word in CamelCase
   * @param message what is wrong and what to do
   */
  record NotReady(String reason, String message) implements LearnerState {
    /** Its pod is not ready. */
    public static final String POD = "PodNotReady";
  }
}
