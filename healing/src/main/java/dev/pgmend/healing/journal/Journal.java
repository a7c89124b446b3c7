// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.journal;

import java.util.List;

/** The record of one action. */
public interface Journal {
  List<JournalEntry> entries();

  /**
   * Returns only once the entry would survive a crash of this process.
   *
   * @throws JournalException if it can't be written; nothing must be done then
   */
  void append(JournalEntry entry);

  /** Reads anew what another process may have written meanwhile. */
  default void refresh() {}

  /** The journal can't be written, so the act that it would announce must not happen. */
  final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JournalException(String message) {
      super(message);
    }

    public JournalException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
