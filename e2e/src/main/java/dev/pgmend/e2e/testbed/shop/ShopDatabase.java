// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * The shop's database on a server, with the two roles that log in to it.
 *
 * @param owner login of the role that owns the tables, which the application uses
 * @param operatorLogin login of pgmend: not a superuser; can read statistics and has the privileges
 *     of the tables' owner
 */
public record ShopDatabase(Login owner, Login operatorLogin) {
  private static final String NAME = "shop";
  private static final String OWNER = "shop";
  private static final String OPERATOR = "pgmend";
  private static final int PASSWORD_BYTES = 16;

  /** Creates the roles, the database, and the extensions that pgmend uses. */
  public static ShopDatabase create(Login superuser) throws SQLException {
    var owner = login(superuser, NAME, OWNER, newPassword());
    var operatorLogin = login(superuser, NAME, OPERATOR, newPassword());
    try (var connection = superuser.connect("shop/create");
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(OWNER, owner.password()));
      statement.execute(
          "CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE pg_monitor, pg_stat_scan_tables, %s"
              .formatted(OPERATOR, operatorLogin.password(), OWNER));
      statement.execute("CREATE DATABASE %s OWNER %s".formatted(NAME, OWNER));
    }
    var inside = login(superuser, NAME, superuser.user(), superuser.password());
    try (var connection = inside.connect("shop/create");
        var statement = connection.createStatement()) {
      statement.execute("CREATE EXTENSION pg_stat_statements");
      statement.execute("CREATE EXTENSION pgstattuple");
    }
    return new ShopDatabase(owner, operatorLogin);
  }

  /** A new random password. */
  public static String newPassword() {
    var bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Login login(Login server, String database, String user, String password) {
    return new Login(server.host(), server.port(), database, user, password);
  }
}
