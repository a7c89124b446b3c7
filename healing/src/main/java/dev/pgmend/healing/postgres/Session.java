// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to one database. Nothing of ours ever holds a transaction open: a session that
 * changes things is in autocommit; one that only reads runs each statement in a read-only
 * transaction of its own and rolls it back. Code that a statement might call can switch the default
 * of new transactions, but not a transaction that has begun, and what it sets does not outlive it.
 *
 * <p>Not for use by two threads at once.
 */
public final class Session implements AutoCloseable {
  /**
   * In every statement of ours, so that a DBA sees whose it is and we can leave it out. At both
   * ends: pg_stat_activity cuts off the end of a long text, and pg_stat_statements drops a comment
   * before the first word from Postgres 18 on.
   */
  public static final String MARK = "/* pgmend */";

  /** In every statement of a session that learns, behind the other. */
  public static final String LEARNERS_MARK = "/* learner */";

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Opener opener;
  private final ConnectionSpec spec;
  private final String end;
  private final boolean readOnly;
  private Connection connection;

  Session(Opener opener, ConnectionSpec spec, Purpose purpose) throws SQLException {
    this.opener = opener;
    this.connection = opener.open();
    this.spec = spec;
    this.readOnly = purpose.readOnly();
    this.end = purpose == Purpose.LEARN ? MARK + " " + LEARNERS_MARK : MARK;
  }

  /** Makes a connection, each time a new one. */
  @FunctionalInterface
  interface Opener {
    Connection open() throws SQLException;
  }

  /** Turns one row into a value. */
  @FunctionalInterface
  public interface RowMapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  public String database() {
    return spec.database();
  }

  public ConnectionSpec spec() {
    return spec;
  }

  /** All rows; parameters are bound in order to the question marks of the text. */
  public <T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters)
      throws SQLException {
    return inTransaction(() -> {
      try (var statement = prepare(sql, parameters);
          var rows = statement.executeQuery()) {
        return all(rows, mapper);
      }
    });
  }

  /** The first row, if there is one. */
  public <T> Optional<T> queryFirst(String sql, RowMapper<T> mapper, Object... parameters)
      throws SQLException {
    return query(sql, mapper, parameters).stream().findFirst();
  }

  /** The first row of a query that always gives one, such as an aggregate. */
  public <T> T queryOne(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
    return queryFirst(sql, mapper, parameters)
        .orElseThrow(() -> new SQLException("No row came back from: " + sql, "02000"));
  }

  /**
   * All rows of a text that is not ours to change: a question mark or a {@code $1} in it stays what
   * it is.
   */
  public <T> List<T> queryVerbatim(String sql, RowMapper<T> mapper) throws SQLException {
    return inTransaction(() -> {
      var savepoint =
          readOnly ? Optional.of(connection.setSavepoint()) : Optional.<Savepoint>empty();
      List<T> result;
      try (var statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        try (var rows = statement.executeQuery(marked(sql))) {
          result = all(rows, mapper);
        }
      }
      if (savepoint.isPresent()) {
        connection.rollback(savepoint.get());
      }
      return result;
    });
  }

  /** Runs a command. The text is sent as it is: no parameters, no statement cache. */
  public void execute(String sql) throws SQLException {
    inTransaction(() -> {
      try (var statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        return statement.execute(marked(sql));
      }
    });
  }

  /**
   * Changes settings of this session, for all statements to come.
   *
   * @param settings values by name
   */
  public void configure(Map<String, String> settings) throws SQLException {
    for (var setting : settings.entrySet()) {
      queryOne(
          "SELECT set_config(?, ?, false)",
          row -> row.getString(1),
          setting.getKey(),
          setting.getValue());
    }
  }

  /** Gives settings of this session the values that it began with. */
  public void reset(Collection<String> settings) throws SQLException {
    for (var setting : settings) {
      execute("RESET " + Identifiers.quoteSetting(setting));
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws SQLException;
  }

  private <T> T inTransaction(Work<T> work) throws SQLException {
    T result;
    try {
      result = work.run();
    } catch (SQLException | RuntimeException e) {
      if (readOnly && !connection.isClosed()) {
        try {
          connection.rollback();
        } catch (SQLException lost) {
          e.addSuppressed(lost);
        }
      }
      throw e;
    }
    if (readOnly) {
      connection.commit();
    }
    return result;
  }

  /** The server process that serves this session. */
  public int backendPid() throws SQLException {
    return queryOne("SELECT pg_backend_pid()", row -> row.getInt(1));
  }

  /** Begins anew, where the connection was lost. */
  public void reopen() throws SQLException {
    close();
    connection = opener.open();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The server or the network ended it before us: it is closed, which is what was asked for.
      LOG.debug("Closing {}", spec, e);
    }
  }

  private static <T> List<T> all(ResultSet rows, RowMapper<T> mapper) throws SQLException {
    var result = new ArrayList<T>();
    var lenient = LenientRows.of(rows);
    while (rows.next()) {
      result.add(mapper.map(lenient));
    }
    return result;
  }

  private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
    var statement = connection.prepareStatement(marked(sql));
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i] instanceof List<?> list) {
        statement.setArray(i + 1, connection.createArrayOf("text", list.toArray()));
      } else {
        statement.setObject(i + 1, parameters[i]);
      }
    }
    return statement;
  }

  private String marked(String sql) {
    return MARK + " " + sql + " " + end;
  }
}
