// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.journal;

import java.time.Instant;
import java.util.Map;

/**
 * One line of the record of an action.
 *
 * @param sequence from 1, without gaps
 * @param step which statement of the plan, from 0
 * @param details a step's mark, or why it failed
 */
public record JournalEntry(
    int sequence,
    int step,
    Event event,
    String statement,
    Instant at,
    Map<String, String> details) {

  public JournalEntry {
    details = Map.copyOf(details);
  }

  /** Kinds of entries. */
  public enum Event {
    /** The statement is about to run. */
    INTENDED,
    /** It took effect. */
    DONE,
    /**
     * It did not, or the connection to the server was lost while it ran; what it left, if anything,
     * is cleaned up in the entries that follow.
     */
    FAILED,
    /** Leftovers of an interrupted statement were removed. */
    CLEANED_UP,
    /** The undo statement is about to run. */
    UNDOING,
    /** The undo took effect. */
    UNDONE
  }
}
