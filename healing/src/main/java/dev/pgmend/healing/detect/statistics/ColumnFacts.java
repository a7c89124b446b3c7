// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Statistics of ANALYZE about a column and its table.
 *
 * @param readable whether this role can read it
 * @param distinct how many values it has; 0 if unknown
 * @param topShare of the rows that hold its most frequent value
 * @param widthBytes of a value
 * @param analyses how often the table was analysed
 * @param changedRows since the last time
 */
record ColumnFacts(
    double tableRows,
    long pages,
    boolean readable,
    double distinct,
    double topShare,
    int widthBytes,
    long analyses,
    long changedRows) {

  private static final String SQL =
      """
      SELECT c.oid, a.attname, c.reltuples, c.relpages,
             has_column_privilege(c.oid, a.attnum, 'SELECT'),
             CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * c.reltuples
                  ELSE coalesce(s.n_distinct, 0) END,
             coalesce(s.most_common_freqs[1], 0), coalesce(s.avg_width, 0),
             coalesce(t.analyze_count + t.autoanalyze_count, 0),
             coalesce(t.n_mod_since_analyze, 0)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY (?::text[])
        LEFT JOIN pg_stats s
          ON s.schemaname = n.nspname AND s.tablename = c.relname
         AND s.attname = a.attname AND NOT s.inherited
        LEFT JOIN pg_stat_user_tables t ON t.relid = c.oid
       WHERE c.oid = ANY (?::text[]::oid[])
      """;

  /** A column of a table. */
  record Column(long table, String name) {}

  static Map<Column, ColumnFacts> read(Session session, Collection<ColumnPair> pairs)
      throws SQLException {
    var tables = new TreeSet<String>();
    var columns = new TreeSet<String>();
    for (var pair : pairs) {
      tables.add(Long.toString(pair.table()));
      columns.addAll(pair.columns());
    }
    var facts = new HashMap<Column, ColumnFacts>();
    session.query(
        SQL,
        row ->
            facts.put(
                new Column(row.getLong(1), row.getString(2)),
                new ColumnFacts(
                    row.getDouble(3),
                    row.getLong(4),
                    row.getBoolean(5),
                    row.getDouble(6),
                    row.getDouble(7),
                    row.getInt(8),
                    row.getLong(9),
                    row.getLong(10))),
        List.copyOf(columns),
        List.copyOf(tables));
    return facts;
  }

  /** Rows that the most frequent value has, or all values alike. */
  double topRows() {
    return distinct <= 0 ? 0 : tableRows * Math.max(topShare, 1 / distinct);
  }
}
