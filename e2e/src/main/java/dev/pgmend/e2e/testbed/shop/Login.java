package dev.pgmend.e2e.testbed.shop;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** How a role gets into the shop's database. */
public record Login(String host, int port, String database, String user, String password) {

  /**
   * Opens a connection, in autocommit.
   *
   * @param applicationName shown in pg_stat_activity
   */
  public Connection connect(String applicationName) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", applicationName);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s"
            .formatted(host, port, URLEncoder.encode(database, StandardCharsets.UTF_8)),
        properties);
  }

  /** As psql takes it; it holds the password. */
  public String url() {
    return "postgresql://%s:%s@%s:%d/%s".formatted(user, password, host, port, database);
  }

  /** For people and logs: without the password. */
  @Override
  public String toString() {
    return "postgresql://%s@%s:%d/%s".formatted(user, host, port, database);
  }
}
