// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The planner's statistics of a table.
 *
 * @param pages pages of 8 kB, at the last count
 * @param rows at the last count
 * @param writes rows inserted, updated and deleted since the last reset of the statistics
 * @param staleShare the share of its rows that changed since the last ANALYZE; 1 if there was none
 * @param columns columns by name, only those that a btree supports
 * @param indexes key columns of each non-partial btree, in order, including invalid indexes, which
 *     need a rebuild and not a second index; an expression is an empty name
 */
public record TableFacts(
    String schema,
    String relation,
    double pages,
    double rows,
    long writes,
    double staleShare,
    Map<String, Column> columns,
    List<List<String>> indexes) {

  private static final String TABLE =
      """
      SELECT c.oid::bigint, greatest(c.relpages, 1), greatest(c.reltuples, 0),
             coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0),
             CASE WHEN c.reltuples < 0 THEN 1
                  ELSE least(1, coalesce(s.n_mod_since_analyze, 0) / greatest(c.reltuples, 1))
             END
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
       WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'm')
      """;

  private static final String COLUMNS =
      """
      SELECT a.attname, format_type(a.atttypid, NULL),
             coalesce(s.n_distinct, 0), coalesce(s.null_frac, 0), coalesce(s.correlation, 0),
             coalesce(s.avg_width, 8)
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_stats s
          ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
             AND NOT s.inherited
       WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
         AND (t.typtype = 'e' OR EXISTS (
               SELECT 1 FROM pg_opclass o
                 JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
                WHERE o.opcdefault
                  AND (o.opcintype = t.oid
                       OR (t.typname IN ('varchar') AND o.opcintype = 'text'::regtype))))
      """;

  private static final String INDEXES =
      """
      SELECT ARRAY(
               SELECT coalesce(a.attname::text, '')
                 FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, ord)
                 LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                                             AND k.attnum > 0
                WHERE k.ord <= i.indnkeyatts
                ORDER BY k.ord)
        FROM pg_index i
        JOIN pg_class x ON x.oid = i.indexrelid
        JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree'
       WHERE i.indrelid = ?::oid AND i.indpred IS NULL
      """;

  /**
   * Statistics of a column.
   *
   * @param distinct number of distinct values; if negative, their share of the rows (as in
   *     pg_stats)
   * @param correlation between the order of the values and that of the rows, -1 to 1
   * @param widthBytes on average
   */
  public record Column(
      String type, double distinct, double nullShare, double correlation, double widthBytes) {}

  private record Head(long oid, double pages, double rows, long writes, double staleShare) {}

  /**
   * Reads a table; empty if it does not exist or is partitioned, because each partition is a table.
   */
  public static Optional<TableFacts> read(Session session, String schema, String relation)
      throws SQLException {
    var head =
        session.queryFirst(
            TABLE,
            row ->
                new Head(
                    row.getLong(1),
                    row.getDouble(2),
                    row.getDouble(3),
                    row.getLong(4),
                    row.getDouble(5)),
            schema,
            relation);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    var oid = head.get().oid();
    var columns =
        session
            .query(
                COLUMNS,
                row ->
                    Map.entry(
                        row.getString(1),
                        new Column(
                            row.getString(2),
                            row.getDouble(3),
                            row.getDouble(4),
                            row.getDouble(5),
                            row.getDouble(6))),
                oid)
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    var indexes =
        session.query(INDEXES, row -> List.of((String[]) row.getArray(1).getArray()), oid);
    return Optional.of(
        new TableFacts(
            schema,
            relation,
            head.get().pages(),
            head.get().rows(),
            head.get().writes(),
            head.get().staleShare(),
            columns,
            indexes));
  }

  /** Whether an existing index begins with these columns. */
  boolean hasIndexOn(List<String> keys) {
    return indexes.stream()
        .anyMatch(
            index -> index.size() >= keys.size() && index.subList(0, keys.size()).equals(keys));
  }

  /** The average share of rows for one value of a column; 1 if unknown. */
  double shareOfOneValue(String name) {
    var column = columns.get(name);
    if (column == null || column.distinct() == 0) {
      return 1;
    }
    var distinct = column.distinct() < 0 ? -column.distinct() * rows : column.distinct();
    return (1 - column.nullShare()) / Math.max(1, distinct);
  }

  /** The estimated size of an index: a tuple header and a line pointer per row, 90% full. */
  long indexBytes(IndexCandidate candidate) {
    var key =
        candidate.columns().stream()
            .mapToDouble(name -> columns.containsKey(name) ? columns.get(name).widthBytes() : 8)
            .sum();
    return (long) (rows * (12 + key) / 0.9);
  }
}
