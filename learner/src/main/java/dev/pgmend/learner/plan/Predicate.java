package dev.pgmend.learner.plan;

import java.util.Optional;

/**
 * One condition on one column, of those that an index can answer or that say why none can.
 *
 * @param column the column that is compared
 * @param cast the type that it is cast to before; empty if it is not
 * @param other the column that it is compared with; empty if with a parameter or a literal
 */
public record Predicate(Column column, String cast, Kind kind, Optional<Column> other) {

  /** A column of one of the plan's tables, by the table's alias. */
  public record Column(String alias, String name) {}

  /** What is asked of the column. */
  public enum Kind {
    /** {@code =}, {@code = ANY}, {@code IS NULL}: an index goes to the place at once. */
    EQUALITY,
    /** {@code <} and the like: an index reads a stretch. */
    RANGE,
    /** {@code IS NOT NULL}, {@code <>}, {@code LIKE} and all else: an index helps little. */
    OTHER
  }
}
