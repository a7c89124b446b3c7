// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** The address and the credentials of a role for the shop's database. */
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

  /** The URL for psql, including the password. */
  public String url() {
    return "postgresql://%s:%s@%s:%d/%s".formatted(user, password, host, port, database);
  }

  /** The login without the password, for people and logs. */
  @Override
  public String toString() {
    return "postgresql://%s@%s:%d/%s".formatted(user, host, port, database);
  }
}
