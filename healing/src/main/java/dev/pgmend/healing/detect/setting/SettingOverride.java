// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;

/**
 * A value that ALTER DATABASE or ALTER ROLE sets for new sessions, in place of the server's.
 *
 * @param database empty for every database
 * @param role empty for every role
 */
record SettingOverride(String database, String role, String name, String value) {
  private static final int MAX_ROWS = 2_000;

  static List<SettingOverride> read(Session session) throws SQLException {
    return session.query(
        """
        SELECT coalesce(d.datname, ''), coalesce(r.rolname, ''),
               split_part(c, '=', 1), substr(c, position('=' IN c) + 1)
          FROM pg_db_role_setting s
         CROSS JOIN unnest(s.setconfig) c
          LEFT JOIN pg_database d ON d.oid = s.setdatabase
          LEFT JOIN pg_roles r ON r.oid = s.setrole
         ORDER BY 1, 2, 3
         LIMIT ?
        """,
        row ->
            new SettingOverride(
                row.getString(1), row.getString(2), row.getString(3), row.getString(4)),
        MAX_ROWS);
  }

  boolean isOfDatabaseAlone() {
    return role.isEmpty() && !database.isEmpty();
  }

  Target target() {
    return new Target(database, "", "", "", List.of(), name, role.isEmpty() ? "" : "role " + role);
  }

  /** For whom it holds. */
  String holder() {
    if (role.isEmpty()) {
      return database.isEmpty() ? "every role" : "database " + database;
    }
    return "role " + role + (database.isEmpty() ? "" : " in database " + database);
  }

  String reset() {
    var whose =
        role.isEmpty()
            ? database.isEmpty() ? "ROLE ALL" : "DATABASE " + Identifiers.quote(database)
            : "ROLE "
                + Identifiers.quote(role)
                + (database.isEmpty() ? "" : " IN DATABASE " + Identifiers.quote(database));
    return "ALTER %s RESET %s".formatted(whose, Identifiers.quoteSetting(name));
  }
}
