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
 * A Postgres that somebody keeps for the gauntlet. It gets the shop's database and its two roles,
 * and is left as it was: without them, and with the settings of {@code ALTER SYSTEM} that it had.
 */
final class GivenServer implements ShopPostgres {
  private static final String APPLICATION = "gauntlet/server";

  /** What is set twice counts as it is set last. */
  private static final String SYSTEM_SETTINGS =
      """
      SELECT name, setting FROM pg_file_settings
       WHERE sourcefile = current_setting('data_directory') || '/postgresql.auto.conf'
       ORDER BY seqno
      """;

  private final Login superuser;
  private final ShopDatabase database;
  private final Map<String, String> settings;
  private boolean left;

  private GivenServer(Login superuser, ShopDatabase database, Map<String, String> settings) {
    this.superuser = superuser;
    this.database = database;
    this.settings = settings;
  }

  /**
   * What keeps the gauntlet from taking place there, each with how to mend it.
   *
   * @throws SQLException if one can't log in
   */
  static List<String> obstacles(Login superuser) throws SQLException {
    var obstacles = new ArrayList<String>();
    try (var connection = superuser.connect(APPLICATION)) {
      require(
          connection,
          "SELECT 'it needs a superuser, and ' || current_user || ' is none'"
              + " WHERE current_setting('is_superuser') = 'off'",
          obstacles);
      require(
          connection,
          "SELECT 'it is a standby; give its primary' WHERE pg_is_in_recovery()",
          obstacles);
      require(
          connection,
          "SELECT 'it lacks pg_stat_statements: add it to shared_preload_libraries and restart'"
              + " WHERE current_setting('shared_preload_libraries') !~ '\\mpg_stat_statements\\M'",
          obstacles);
      require(
          connection,
          """
          SELECT 'it is in use, and faults would hit its other databases (' ||
                 string_agg(datname, ', ' ORDER BY datname) || '): give a server kept for this'
            FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'
          HAVING count(*) > 0
          """,
          obstacles);
      require(
          connection,
          """
          SELECT 'it has roles that the gauntlet makes (' || string_agg(rolname, ', ') || ')'
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

  /** Of a server that has no {@link #obstacles}. */
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
      server.arena().runAsSuperuser(RepairGrants.statements(database.carer().user()));
      // An earlier run burned transaction numbers here, and to burn them is a fault of its own.
      server.arena().runAsSuperuser("VACUUM (FREEZE)");
      return server;
    } catch (SQLException e) {
      leave(superuser, settings);
      throw e;
    }
  }

  @Override
  public TargetServer arena() {
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
  public Login carer() {
    return database.carer();
  }

  @Override
  public synchronized void close() throws SQLException {
    if (!left) {
      left = true;
      leave(superuser, settings);
    }
  }

  private static void leave(Login superuser, Map<String, String> settings) throws SQLException {
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
