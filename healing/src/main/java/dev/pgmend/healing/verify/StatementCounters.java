// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads pg_stat_statements' running totals. */
final class StatementCounters {
  /**
   * Texts are left out ({@code showtext := false}), since reading them means reading the file they
   * lie in; and so are nested statements, whose time their caller's already holds. Before version
   * 1.9, which pg_upgrade leaves as it is, the extension has no column toplevel: the name then
   * means the one of older_versions.
   */
  private static final String SQL =
      """
      SELECT queryid, sum(calls)::bigint, sum(total_exec_time)
        FROM (VALUES (true)) older_versions(toplevel),
             LATERAL (SELECT queryid, dbid, calls, total_exec_time, toplevel
                        FROM %s.pg_stat_statements(false)) s
       WHERE (? OR dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
         AND queryid IS NOT NULL
         AND s.toplevel
       GROUP BY queryid
      """;

  private StatementCounters() {}

  /** The totals of one statement since the last reset. */
  record Total(long calls, double ms) {}

  /** Totals by queryid; empty if the extension is not installed here. */
  static Optional<Map<Long, Total>> read(Session session, ServerFacts facts, Scope scope)
      throws SQLException {
    var schema = facts.schemaOf("pg_stat_statements");
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    var totals = new HashMap<Long, Total>();
    session.query(
        SQL.formatted(schema.get()),
        row -> totals.put(row.getLong(1), new Total(row.getLong(2), row.getDouble(3))),
        scope == Scope.SERVER);
    return Optional.of(totals);
  }
}
