package dev.pgmend.e2e.train;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A database to take plans from.
 *
 * @param joins which columns meet, as {@code table.column=table.column}
 * @param indexes secondary ones, as {@code table (columns)}; some are missing at times
 */
public record TrainingDatabase(
    String name, Loader loader, List<String> joins, List<String> indexes) {

  /** Creates the tables and fills them. */
  @FunctionalInterface
  public interface Loader {
    void load(Connection connection) throws SQLException;
  }
}
