// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.shop.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * The server that faults are injected into.
 *
 * @param owner the login of the role that owns the shop's database and its tables
 * @param superuser a superuser's login to the same database, which some faults need
 * @param files the server's files; empty if it was not started here
 */
public record TargetServer(Login owner, Login superuser, Optional<ServerFiles> files) {
  private static final String APPLICATION = "gauntlet";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  /** Runs statements as the owner and flushes their statistics. */
  public void run(String... statements) throws SQLException {
    try (var connection = owner.connect(APPLICATION)) {
      run(connection, statements);
    }
  }

  /** Runs statements as a superuser. */
  public void runAsSuperuser(String... statements) throws SQLException {
    try (var connection = superuser.connect(APPLICATION)) {
      run(connection, statements);
    }
  }

  /** Opens a connection as the owner, for a fault that lasts as long as the connection. */
  public Connection connect() throws SQLException {
    return owner.connect(APPLICATION);
  }

  /** Why a fault that needs the server's files cannot be injected; empty if they are here. */
  public Optional<String> withoutFiles() {
    return files.isPresent()
        ? Optional.empty()
        : Optional.of("it needs the files of a server that the gauntlet started");
  }

  /** Creates a standby with a name from the server's files. */
  public Standby standby(String name) throws SQLException {
    var own = files.orElseThrow();
    return Standby.of(superuser, own.programs(), own.data(), own.data().resolveSibling(name), name);
  }

  /** The first column of all rows, read as a superuser. */
  public List<String> texts(String query) throws SQLException {
    try (var connection = superuser.connect(APPLICATION);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(String.valueOf(rows.getString(1)));
      }
      return texts;
    }
  }

  public boolean isTrue(String query) throws SQLException {
    return texts(query).equals(List.of("t"));
  }

  /** Waits until a query returns true. */
  public void await(String query) throws SQLException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!isTrue(query)) {
      if (System.nanoTime() > end) {
        throw new SQLException("still not true after %s: %s".formatted(PATIENCE, query));
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** Runs a statement repeatedly, as the application. */
  public void use(String sql, Duration duration) throws SQLException {
    var end = System.nanoTime() + duration.toNanos();
    try (var connection = connect()) {
      while (System.nanoTime() < end) {
        execute(connection, sql);
        LockSupport.parkNanos(LOOK_EVERY.toNanos());
      }
    }
  }

  public static void execute(Connection connection, String... statements) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A session publishes its statistics with a delay, unless it is asked to flush them. */
  private static void run(Connection connection, String... statements) throws SQLException {
    for (var sql : statements) {
      execute(connection, sql);
      if (connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE) {
        execute(connection, "SELECT pg_stat_force_next_flush()", "SELECT 1");
      }
    }
  }
}
