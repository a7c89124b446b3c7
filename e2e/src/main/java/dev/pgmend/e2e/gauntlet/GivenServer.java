// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.e2e.testbed.shop.ShopDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.core.Utils;

/**
 * A Postgres that the user reserved for the gauntlet. The gauntlet creates the shop's database and
 * two roles there. At the end it removes them and restores the settings of {@code ALTER SYSTEM}.
 */
final class GivenServer implements ShopPostgres {
  private static final String APPLICATION = "gauntlet/server";

  /** If a setting appears twice, the last value counts. */
  private static final String SYSTEM_SETTINGS =
      """
      SELECT name, setting FROM pg_file_settings
       WHERE sourcefile = current_setting('data_directory') || '/postgresql.auto.conf'
       ORDER BY seqno
      """;

  private final Login superuser;
  private final ShopDatabase database;
  private final Map<String, String> settings;
  private boolean restored;

  private GivenServer(Login superuser, ShopDatabase database, Map<String, String> settings) {
    this.superuser = superuser;
    this.database = database;
    this.settings = settings;
  }

  /**
   * The reasons why the gauntlet cannot use the server, each with what to do about it.
   *
   * @throws SQLException if the login fails
   */
  static List<String> obstacles(Login superuser) throws SQLException {
    var obstacles = new ArrayList<String>();
    try (var connection = superuser.connect(APPLICATION)) {
      require(
          connection,
          "SELECT 'the gauntlet needs a superuser, and ' || current_user || ' is not one'"
              + " WHERE current_setting('is_superuser') = 'off'",
          obstacles);
      require(
          connection,
          "SELECT 'it is a standby; use its primary' WHERE pg_is_in_recovery()",
          obstacles);
      require(
          connection,
          "SELECT 'pg_stat_statements is not loaded: add it to shared_preload_libraries and restart'"
              + " WHERE current_setting('shared_preload_libraries') !~ '\\mpg_stat_statements\\M'",
          obstacles);
      require(
          connection,
          """
          SELECT 'it has other databases that faults would affect (' ||
                 string_agg(datname, ', ' ORDER BY datname) || '): use a server reserved for the gauntlet'
            FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'
          HAVING count(*) > 0
          """,
          obstacles);
      require(
          connection,
          """
          SELECT 'it already has roles that the gauntlet creates (' || string_agg(rolname, ', ') || ')'
            FROM pg_roles WHERE rolname IN ('shop', 'pgmend') HAVING count(*) > 0
          """,
          obstacles);
    }
    return obstacles;
  }

  private static void require(Connection connection, String sql, List<String> obstacles)
      throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        obstacles.add(rows.getString(1));
      }
    }
  }

  /** The server's major version. */
  static String version(Login superuser) throws SQLException {
    try (var connection = superuser.connect(APPLICATION)) {
      return Integer.toString(connection.getMetaData().getDatabaseMajorVersion());
    }
  }

  /** Opens a server that has no {@link #obstacles}. */
  static GivenServer open(Login superuser) throws SQLException {
    var settings = new LinkedHashMap<String, String>();
    try (var connection = superuser.connect(APPLICATION);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(SYSTEM_SETTINGS)) {
      while (rows.next()) {
        settings.put(rows.getString(1), rows.getString(2));
      }
    }
    try {
      var database = ShopDatabase.create(superuser);
      var server = new GivenServer(superuser, database, settings);
      AtExit.close(server);
      server.target().runAsSuperuser(RepairGrants.statements(database.operatorLogin().user()));
      // An earlier run consumed transaction IDs, which would count as Wraparound.
      server.target().runAsSuperuser("VACUUM (FREEZE)");
      return server;
    } catch (SQLException e) {
      restore(superuser, settings);
      throw e;
    }
  }

  @Override
  public TargetServer target() {
    var inShop =
        new Login(
            superuser.host(),
            superuser.port(),
            database.owner().database(),
            superuser.user(),
            superuser.password());
    return new TargetServer(database.owner(), inShop, Optional.empty());
  }

  @Override
  public Login operatorLogin() {
    return database.operatorLogin();
  }

  @Override
  public synchronized void close() throws SQLException {
    if (!restored) {
      restored = true;
      restore(superuser, settings);
    }
  }

  private static void restore(Login superuser, Map<String, String> settings) throws SQLException {
    try (var connection = superuser.connect(APPLICATION)) {
      TargetServer.execute(connection, "DROP DATABASE IF EXISTS shop WITH (FORCE)");
      for (var role : List.of("pgmend", "shop")) {
        if (exists(connection, role)) {
          TargetServer.execute(connection, "DROP OWNED BY " + role, "DROP ROLE " + role);
        }
      }
      TargetServer.execute(connection, "ALTER SYSTEM RESET ALL");
      for (var setting : settings.entrySet()) {
        TargetServer.execute(
            connection,
            "ALTER SYSTEM SET %s = %s"
                .formatted(quoted(setting.getKey()), literal(setting.getValue())));
      }
      TargetServer.execute(connection, "SELECT pg_reload_conf()");
    }
  }

  private static boolean exists(Connection connection, String role) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT FROM pg_roles WHERE rolname = ?")) {
      statement.setString(1, role);
      try (var rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static String quoted(String name) throws SQLException {
    return Utils.escapeIdentifier(null, name).toString();
  }

  private static String literal(String value) throws SQLException {
    return "'" + Utils.escapeLiteral(null, value, true) + "'";
  }
}
