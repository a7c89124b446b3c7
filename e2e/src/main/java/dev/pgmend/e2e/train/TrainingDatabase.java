// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A database for training.
 *
 * @param joins the columns that are joined, as {@code table.column=table.column}
 * @param indexes secondary indexes, as {@code table (columns)}; some are dropped temporarily
 */
public record TrainingDatabase(
    String name, Loader loader, List<String> joins, List<String> indexes) {

  /** Creates the tables and fills them. */
  @FunctionalInterface
  public interface Loader {
    void load(Connection connection) throws SQLException;
  }
}
