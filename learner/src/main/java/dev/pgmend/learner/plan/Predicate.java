// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import java.util.Optional;

/**
 * A condition on a column, whether an index can support it or not.
 *
 * @param column the column that is compared
 * @param cast the type that it is cast to before; empty if it is not
 * @param other the column that it is compared with; empty if with a parameter or a literal
 */
public record Predicate(Column column, String cast, Kind kind, Optional<Column> other) {

  /** A column of one of the plan's tables, by the table's alias. */
  public record Column(String alias, String name) {}

  /** The kind of comparison. */
  public enum Kind {
    /** {@code =}, {@code = ANY}, {@code IS NULL}: an index finds the rows directly. */
    EQUALITY,
    /** {@code <} and the like: an index reads a range. */
    RANGE,
    /** {@code IS NOT NULL}, {@code <>}, {@code LIKE} and all else: an index helps little. */
    OTHER
  }
}
