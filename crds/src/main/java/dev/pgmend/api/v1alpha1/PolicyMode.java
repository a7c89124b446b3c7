package dev.pgmend.api.v1alpha1;

/** How far pgmend may go by itself, in rising order. */
public enum PolicyMode {
  /** Findings are shown, no action is proposed. */
  Observe,
  /** Actions are proposed and wait for approval. */
  Recommend,
  /** Actions run by themselves within windows, budgets and guards. */
  Auto
}
