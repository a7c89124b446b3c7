package dev.pgmend.e2e.gauntlet.safety;

import dev.pgmend.e2e.gauntlet.TargetServer;
import dev.pgmend.e2e.testbed.shop.Login;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;

/** A database that holds one of everything, oddly named and in good health. */
final class OddObjects {
  static final String DATABASE = "Odd \"dätabase\"";

  /** What an application does there: its temporary table lives as long as its connection. */
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
   * Makes it, owned as the arena's is.
   *
   * @param carer who looks after it, and may use the extensions that there are
   * @return the same server, seen from there
   */
  static TargetServer create(TargetServer arena, Login carer) throws SQLException {
    var odd = new TargetServer(in(arena.owner()), in(arena.superuser()), arena.files());
    var quoted = '"' + DATABASE.replace("\"", "\"\"") + '"';
    arena.runAsSuperuser("CREATE DATABASE %s OWNER %s".formatted(quoted, arena.owner().user()));
    odd.runAsSuperuser(
        "CREATE SCHEMA \"Ext\"",
        "GRANT USAGE ON SCHEMA \"Ext\" TO " + carer.user(),
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
