// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import dev.pgmend.e2e.gauntlet.TargetServer;
import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;

/** A healthy database with one object of every kind, with unusual names. */
final class OddObjects {
  static final String DATABASE = "Odd \"dätabase\"";

  /** Statements of an application. Its temporary table lives as long as its connection. */
  static final String[] STATEMENTS = {
    "CREATE TEMPORARY TABLE IF NOT EXISTS \"Temp\" (id int PRIMARY KEY)",
    "TRUNCATE \"Temp\"",
    "INSERT INTO \"Temp\" SELECT generate_series(1, 100)",
    "SELECT count(*) FROM \"Orders\" WHERE id = 17",
    "UPDATE ancestor SET name = 'b' WHERE id = 1001",
    "SELECT count(*) FROM \"select\".\"table\" WHERE \"group\" = 'x'"
  };

  private OddObjects() {}

  /**
   * Creates the database, with the same owner as the shop's.
   *
   * @param operatorLogin the login of pgmend, which gets access to the extensions
   * @return the same server, with connections to this database
   */
  static TargetServer create(TargetServer server, Login operatorLogin) throws SQLException {
    var odd = new TargetServer(in(server.owner()), in(server.superuser()), server.files());
    var quoted = '"' + DATABASE.replace("\"", "\"\"") + '"';
    server.runAsSuperuser("CREATE DATABASE %s OWNER %s".formatted(quoted, server.owner().user()));
    odd.runAsSuperuser(
        "CREATE SCHEMA \"Ext\"",
        "GRANT USAGE ON SCHEMA \"Ext\" TO " + operatorLogin.user(),
        "CREATE EXTENSION hstore SCHEMA \"Ext\"",
        "CREATE EXTENSION pgstattuple SCHEMA \"Ext\"",
        "CREATE EXTENSION pg_stat_statements SCHEMA \"Ext\"",
        "CREATE TABLE \"Ext\".\"of hstore\" (id int, other int)",
        "ALTER EXTENSION hstore ADD TABLE \"Ext\".\"of hstore\"");
    odd.run(sql(), "VACUUM (ANALYZE)");
    return odd;
  }

  private static Login in(Login login) {
    return new Login(login.host(), login.port(), DATABASE, login.user(), login.password());
  }

  private static String sql() {
    try (var resource =
        Objects.requireNonNull(
            OddObjects.class.getResourceAsStream("/dev/pgmend/e2e/gauntlet/odd.sql"))) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
