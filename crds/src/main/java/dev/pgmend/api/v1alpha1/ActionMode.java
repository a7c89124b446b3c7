package dev.pgmend.api.v1alpha1;

/** How far pgmend may go by itself with one type of action; Never wins wherever two meet. */
public enum ActionMode {
  /** Not even proposed. */
  Never,
  /** Proposed, and waits for approval. */
  Recommend,
  /** Runs by itself within windows, budgets and guards. */
  Auto
}
