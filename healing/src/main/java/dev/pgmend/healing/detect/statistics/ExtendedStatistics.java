// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A statistics object that counts the values of two columns together.
 *
 * @param ownTarget how much detail was asked of it; -1 if nothing was
 * @param target what that comes to
 * @param filled whether ANALYZE came since it was made
 */
record ExtendedStatistics(String schema, String name, int ownTarget, int target, boolean filled) {

  /**
   * The target as the server computes it: its own, else the largest of its columns, else the
   * default.
   */
  private static final String SQL =
      """
      SELECT n.nspname, e.stxname, coalesce(e.stxstattarget, -1),
             CASE WHEN e.stxstattarget >= 0 THEN e.stxstattarget
                  ELSE (SELECT max(CASE WHEN a.attstattarget >= 0 THEN a.attstattarget
                                        ELSE current_setting('default_statistics_target')::int END)
                          FROM pg_attribute a
                         WHERE a.attrelid = e.stxrelid AND a.attnum = ANY (e.stxkeys)) END,
             EXISTS (SELECT 1 FROM pg_stats_ext x
                      WHERE x.statistics_schemaname = n.nspname AND x.statistics_name = e.stxname
                        AND (x.most_common_vals IS NOT NULL OR x.dependencies IS NOT NULL))
        FROM pg_statistic_ext e
        JOIN pg_namespace n ON n.oid = e.stxnamespace
       WHERE e.stxrelid = ?::bigint::oid
         AND 'm' = ANY (e.stxkind)
         AND 2 = (SELECT count(*) FROM pg_attribute a
                   WHERE a.attrelid = e.stxrelid AND a.attnum = ANY (e.stxkeys)
                     AND a.attname = ANY (?::text[]))
       ORDER BY cardinality(e.stxkeys::int2[]), e.oid
       LIMIT 1
      """;

  static Optional<ExtendedStatistics> of(Session session, ColumnPair pair) throws SQLException {
    return session.queryFirst(
        SQL,
        row ->
            new ExtendedStatistics(
                row.getString(1),
                row.getString(2),
                row.getInt(3),
                row.getInt(4),
                row.getBoolean(5)),
        pair.table(),
        pair.columns());
  }

  String quotedName() {
    return Identifiers.quote(schema, name);
  }
}
