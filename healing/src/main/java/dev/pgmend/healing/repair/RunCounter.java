// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * How often a table was maintained. A later process compares it to see whether a statement with an
 * unknown outcome took effect.
 *
 * @param column of pg_stat_all_tables, such as {@code vacuum_count}
 * @param key under which the mark holds it
 */
record RunCounter(String column, String key, String schema, String table) {
  /** The rule of the server, which has no function for it before MAINTAIN (17). */
  private static final String MAY_MAINTAIN =
      """
      SELECT pg_has_role(c.relowner, 'USAGE') OR pg_has_role(d.datdba, 'USAGE')
             OR CASE WHEN current_setting('server_version_num')::int >= 170000
                     THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_database d ON d.datname = current_database()
       WHERE n.nspname = ? AND c.relname = ?
      """;

  private static final Optional<Boolean> DENIED = Optional.of(false);
  private static final String MISSING_RIGHTS = "42501";

  /**
   * @throws SQLException if the role cannot maintain the table: the server would skip it, with a
   *     warning at most, and report success
   */
  Map<String, String> mark(Session session) throws SQLException {
    if (session.queryFirst(MAY_MAINTAIN, row -> row.getBoolean(1), schema, table).equals(DENIED)) {
      throw new SQLException(
          "role %s cannot maintain table %s.%s".formatted(session.spec().user(), schema, table),
          MISSING_RIGHTS);
    }
    return Map.of(key, Long.toString(read(session)));
  }

  StepOutcome aftermath(Session session, Map<String, String> mark) throws SQLException {
    var before = Long.parseLong(mark.getOrDefault(key, "0"));
    return read(session) > before ? StepOutcome.DONE : StepOutcome.UNTOUCHED;
  }

  private long read(Session session) throws SQLException {
    return session
        .queryFirst(
            "SELECT %s FROM pg_stat_all_tables WHERE schemaname = ? AND relname = ?"
                .formatted(column),
            row -> row.getLong(1),
            schema,
            table)
        .orElse(0L);
  }
}
