// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import java.util.List;

/** A btree index that might help: plain columns of one table, ascending, in order. */
public record IndexCandidate(String schema, String relation, List<String> columns) {
  /** More columns usually cost more with each write than they save. */
  static final int MAX_COLUMNS = 3;

  /**
   * @throws IllegalArgumentException if there is no column, or too many
   */
  public IndexCandidate {
    columns = List.copyOf(columns);
    if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
      throw new IllegalArgumentException("unsupported number of index columns: " + columns);
    }
  }

  @Override
  public String toString() {
    return "%s.%s(%s)".formatted(schema, relation, String.join(", ", columns));
  }
}
