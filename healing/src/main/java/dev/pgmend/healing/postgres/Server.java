// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.PGConnection;

/** One managed Postgres; opens sessions to its databases. */
public record Server(ConnectionSpec spec) {
  /** Servers from 17 on have it, and would end a long build; older ones refuse the name. */
  private static final String NO_TRANSACTION_TIMEOUT =
      "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout' "
          + Session.MARK;

  /**
   * A database in SQL_ASCII holds bytes of any encoding, and as UTF-8 the server would refuse a row
   * with others. Unconverted, each byte beyond ASCII becomes U+FFFD: a name with one is shown, but
   * never matches another object by accident.
   */
  private static final String UNCONVERTED = "SET client_encoding = 'SQL_ASCII' " + Session.MARK;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * The oldest version on which every statement of ours was tested.
   *
   * @see <a href="https://www.postgresql.org/support/versioning/">Postgres' versioning policy</a>
   */
  public static final int OLDEST_SUPPORTED_MAJOR = 14;

  /**
   * Opens a session to the database that the specification names.
   *
   * @param applicationName shown in pg_stat_activity; a repair is found again by it
   * @throws PostgresConnectionException if the server can't be reached or used
   */
  public Session open(Purpose purpose, String applicationName) {
    return open(purpose, applicationName, spec.database());
  }

  /**
   * Opens a session to another database of the same server.
   *
   * @param databaseName empty for the one that the specification names
   */
  public Session open(Purpose purpose, String applicationName, String databaseName) {
    var target = databaseName.isEmpty() ? spec : spec.withDatabase(databaseName);
    var properties = new Properties();
    properties.putAll(target.options());
    properties.setProperty("user", target.user());
    properties.setProperty("password", target.password());
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("options", purpose.startupOptions());
    properties.setProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
    properties.setProperty("loginTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("socketTimeout", Integer.toString(purpose.socketTimeoutSeconds()));
    properties.setProperty("allowEncodingChanges", "true");
    // Server-prepared statements would show up as extra entries and outlive a schema change.
    properties.setProperty("prepareThreshold", "0");
    var host = target.host().contains(":") ? "[" + target.host() + "]" : target.host();
    var database = URLEncoder.encode(target.database(), StandardCharsets.UTF_8);
    var url = "jdbc:postgresql://" + host + ":" + target.port() + "/" + database;
    try {
      return new Session(
          () -> ready(target, () -> DriverManager.getConnection(url, properties), purpose),
          target,
          purpose);
    } catch (SQLException e) {
      throw PostgresConnectionException.of(target, e);
    }
  }

  private static Connection ready(ConnectionSpec target, Session.Opener opener, Purpose purpose)
      throws SQLException {
    var connection = opener.open();
    try {
      var major = connection.getMetaData().getDatabaseMajorVersion();
      if (major < OLDEST_SUPPORTED_MAJOR) {
        throw new PostgresConnectionException(
            PostgresConnectionException.Kind.UNSUPPORTED_VERSION,
            "%s: Postgres %d is older than the oldest version pgmend supports, %d. Upgrade the server."
                .formatted(target, major, OLDEST_SUPPORTED_MAJOR));
      }
      var pooler = Pooler.between(connection, opener);
      if (pooler.isPresent()) {
        throw PostgresConnectionException.pooler(target, pooler.get());
      }
      var encoding = connection.unwrap(PGConnection.class).getParameterStatus("server_encoding");
      if ("SQL_ASCII".equals(encoding)) {
        try (var statement = connection.createStatement()) {
          statement.execute(UNCONVERTED);
        }
      }
      if (purpose.readOnly()) {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
      }
      if (purpose == Purpose.REPAIR) {
        try (var statement = connection.createStatement()) {
          statement.execute(NO_TRANSACTION_TIMEOUT);
        }
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }
}
