// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import java.util.List;

/**
 * Two columns of a table that are looked up together.
 *
 * @param statement that does so; empty if only an index does so
 */
record ColumnPair(
    long table, String schema, String name, String first, String second, String statement) {

  boolean isInStatement() {
    return !statement.isEmpty();
  }

  /** In the order of the table. */
  List<String> columns() {
    return List.of(first, second);
  }
}
