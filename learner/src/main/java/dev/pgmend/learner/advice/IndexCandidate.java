package dev.pgmend.learner.advice;

import java.util.List;

/** A btree index that might help: plain columns of one table, ascending, in order. */
public record IndexCandidate(String schema, String relation, List<String> columns) {
  /** More columns cost more with each write than they usually bring. */
  static final int MOST_COLUMNS = 3;

  /**
   * @throws IllegalArgumentException if it has no column or too many
   */
  public IndexCandidate {
    columns = List.copyOf(columns);
    if (columns.isEmpty() || columns.size() > MOST_COLUMNS) {
      throw new IllegalArgumentException("an index on " + columns);
    }
  }

  @Override
  public String toString() {
    return "%s.%s(%s)".formatted(schema, relation, String.join(", ", columns));
  }
}
