package dev.pgmend.e2e.testbed.shop;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * The shop's database on a server, with the two roles that log in to it.
 *
 * @param owner owns the tables; the application logs in as it
 * @param carer what a user would give to pgmend: no superuser; reads statistics, and may do to the
 *     tables what their owner may
 */
public record ShopDatabase(Login owner, Login carer) {
  private static final String NAME = "shop";
  private static final String OWNER = "shop";
  private static final String CARER = "pgmend";
  private static final int PASSWORD_BYTES = 16;

  /** Makes the roles, the database, and the extensions that pgmend makes use of. */
  public static ShopDatabase create(Login superuser) throws SQLException {
    var owner = login(superuser, NAME, OWNER, newPassword());
    var carer = login(superuser, NAME, CARER, newPassword());
    try (var connection = superuser.connect("shop/create");
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(OWNER, owner.password()));
      statement.execute(
          "CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE pg_monitor, pg_stat_scan_tables, %s"
              .formatted(CARER, carer.password(), OWNER));
      statement.execute("CREATE DATABASE %s OWNER %s".formatted(NAME, OWNER));
    }
    var inside = login(superuser, NAME, superuser.user(), superuser.password());
    try (var connection = inside.connect("shop/create");
        var statement = connection.createStatement()) {
      statement.execute("CREATE EXTENSION pg_stat_statements");
      statement.execute("CREATE EXTENSION pgstattuple");
    }
    return new ShopDatabase(owner, carer);
  }

  /** A password that nobody has used before. */
  public static String newPassword() {
    var bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Login login(Login server, String database, String user, String password) {
    return new Login(server.host(), server.port(), database, user, password);
  }
}
