// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import dev.pgmend.e2e.testbed.shop.Login;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** A read-only connection with short timeouts, so that a tool cannot change or block the server. */
public final class PeerSession implements AutoCloseable {
  private static final String OPTIONS =
      "-c default_transaction_read_only=on -c statement_timeout=5s -c lock_timeout=500ms"
          // The statements of a tool are not part of the workload.
          + " -c pg_stat_statements.track=none";

  private final PGSimpleDataSource source;
  private final Connection connection;

  private PeerSession(PGSimpleDataSource source, Connection connection) {
    this.source = source;
    this.connection = connection;
  }

  static PeerSession open(Login login) throws SQLException {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {login.host()});
    source.setPortNumbers(new int[] {login.port()});
    source.setDatabaseName(login.database());
    source.setUser(login.user());
    source.setPassword(login.password());
    source.setApplicationName("gauntlet/peer");
    source.setOptions(OPTIONS);
    return new PeerSession(source, source.getConnection());
  }

  /** For a tool that opens its own connections; each is read-only. */
  PGSimpleDataSource dataSource() {
    return source;
  }

  /** Turns one row into a value. */
  @FunctionalInterface
  interface RowMapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  /** The first column of all rows. */
  List<String> texts(String sql, Object... parameters) throws SQLException {
    return query(sql, row -> String.valueOf(row.getString(1)), parameters);
  }

  <T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (var rows = statement.executeQuery()) {
        var all = new ArrayList<T>();
        while (rows.next()) {
          all.add(mapper.map(rows));
        }
        return all;
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
