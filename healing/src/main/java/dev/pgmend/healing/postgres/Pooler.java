// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * Whether something between us and the server shares its sessions among clients. A pooler in
 * transaction mode gives each transaction another session: lock timeouts are not in force, advisory
 * locks stay behind in sessions of others, and the process that we would cancel or end is not ours.
 */
final class Pooler {
  private static final String PROBE =
      """
      SELECT pg_backend_pid(), current_setting('search_path'), current_setting('lock_timeout')
      """
          + Session.MARK;

  private Pooler() {}

  /**
   * Evidence of a pooler; empty if this session is not shared.
   *
   * @param other a second connection of the same kind; opened only if the process numbers differ,
   *     since some proxies give one of their own to each client and still keep its session apart
   */
  static Optional<String> between(Connection connection, Session.Opener other) throws SQLException {
    var first = probe(connection);
    if (!first.settingsHold()) {
      return Optional.of("the settings asked for at startup are not in force");
    }
    if (first.pid() == connection.unwrap(PGConnection.class).getBackendPID()) {
      return Optional.empty();
    }
    // A pooler hands the session that was used last to the next client.
    try (var second = other.open()) {
      second.setAutoCommit(false);
      probe(second);
      var again = probe(connection);
      second.rollback();
      return again.pid() == first.pid() && again.settingsHold()
          ? Optional.empty()
          : Optional.of("each transaction is served by another process");
    }
  }

  private record Probe(int pid, String searchPath, String lockTimeout) {
    boolean settingsHold() {
      return searchPath.equals(Purpose.SEARCH_PATH) && !lockTimeout.equals("0");
    }
  }

  private static Probe probe(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(PROBE)) {
      row.next();
      return new Probe(row.getInt(1), row.getString(2), row.getString(3));
    }
  }
}
