package dev.pgmend.operator.learnerpod;

/** How the learner of a cluster is. */
public sealed interface LearnerState {
  /** None is asked for. */
  record Off() implements LearnerState {}

  /**
   * None is asked for any more: the pod was removed just now.
   *
   * @param kept what stays, and how a user removes that
   */
  record Removed(String kept) implements LearnerState {}

  /** It runs inside the operator's own process. */
  record InProcess() implements LearnerState {}

  /** Its pod runs and is ready. */
  record PodReady(String message) implements LearnerState {}

  /**
   * It does not learn.
   *
   * @param reason one word in CamelCase, for programs
   * @param message what is wrong and how to mend it
   */
  record NotReady(String reason, String message) implements LearnerState {
    /** Its pod is not ready. */
    public static final String POD = "PodNotReady";
  }
}
