// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import java.sql.Connection;
import java.sql.SQLException;

/** A transaction that stays open, with the locks it took, until it is committed or closed. */
public final class OpenTransaction implements AutoCloseable {
  private final Connection connection;

  private OpenTransaction(Connection connection) {
    this.connection = connection;
  }

  static OpenTransaction begin(Connection connection, String... statements) {
    TestDatabase.execute(connection, "BEGIN");
    for (var sql : statements) {
      TestDatabase.execute(connection, sql);
    }
    return new OpenTransaction(connection);
  }

  public void commit() {
    TestDatabase.execute(connection, "COMMIT");
  }

  public int backendPid() {
    return Integer.parseInt(TestDatabase.rows(connection, "SELECT pg_backend_pid()").getFirst());
  }

  /** Rolls back what is not committed. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
