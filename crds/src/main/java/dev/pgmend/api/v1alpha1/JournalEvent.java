// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** What a journal entry records. */
public enum JournalEvent {
  /** A step is about to run: written before its first side effect. */
  Intended,
  /** The step is done. */
  Done,
  /** The step failed, or the connection to the server was lost while it ran. */
  Failed,
  /** What the step left behind is removed. */
  CleanedUp,
  /** The step is about to be undone: written before the first side effect of the undo. */
  Undoing,
  /** The step is undone. */
  Undone
}
