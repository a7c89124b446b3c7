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
 * @param owner who owns the shop's database and its tables
 * @param superuser in the same database: some faults are only a superuser's to bring about
 * @param files of the server; empty if it was not started here
 */
public record TargetServer(Login owner, Login superuser, Optional<ServerFiles> files) {
  private static final String APPLICATION = "gauntlet";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  /** Runs statements as the owner, and makes their counters known to other sessions. */
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

  /** Opens a connection as the owner, for a fault that lasts as long as it does. */
  public Connection connect() throws SQLException {
    return owner.connect(APPLICATION);
  }

  /** Why a fault can't be brought about that needs the server's files; empty if they are here. */
  public Optional<String> withoutFiles() {
    return files.isPresent()
        ? Optional.empty()
        : Optional.of("it needs the files of a server that the gauntlet started itself");
  }

  /** A standby that follows the server under a name, made from the server's files. */
  public Standby standby(String name) throws SQLException {
    var own = files.orElseThrow();
    return Standby.of(superuser, own.programs(), own.data(), own.data().resolveSibling(name), name);
  }

  /** The first column of all rows, as a superuser sees them. */
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

  /** Waits until a query says true. */
  public void await(String query) throws SQLException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!isTrue(query)) {
      if (System.nanoTime() > end) {
        throw new SQLException("After %s this was still not so: %s".formatted(PATIENCE, query));
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** As the application that runs a statement again and again. */
  public void use(String sql, Duration forSoLong) throws SQLException {
    var end = System.nanoTime() + forSoLong.toNanos();
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

  /** A session's counters reach the others only after a while, unless it is told to. */
  private static void run(Connection connection, String... statements) throws SQLException {
    for (var sql : statements) {
      execute(connection, sql);
      if (connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE) {
        execute(connection, "SELECT pg_stat_force_next_flush()", "SELECT 1");
      }
    }
  }
}
