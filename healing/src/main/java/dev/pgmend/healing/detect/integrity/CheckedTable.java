// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.postgres.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A table to check for damage. */
record CheckedTable(long oid, String schema, String name) {
  private static final String SQL =
      """
      SELECT c.oid, n.nspname, c.relname
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'm')
         AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'heap')
         AND %s
      """
          .formatted(UserObjects.own("c"));

  /**
   * A valid B-tree.
   *
   * @param fileNode of its files: another after it was rebuilt
   * @param locked whether reading it would wait for a lock
   * @param uniqueColumns empty if the index isn't unique, or on more than columns
   */
  record Index(
      long oid,
      long fileNode,
      String name,
      long sizeBytes,
      boolean locked,
      boolean unique,
      List<String> uniqueColumns) {
    Index {
      uniqueColumns = List.copyOf(uniqueColumns);
    }
  }

  /** The next ones by oid. */
  static List<CheckedTable> after(Session session, long oid, int limit) throws SQLException {
    return session.query(
        SQL + " AND c.oid > ?::bigint::oid ORDER BY c.oid LIMIT ?", CheckedTable::of, oid, limit);
  }

  static List<CheckedTable> withOids(Session session, List<String> oids) throws SQLException {
    return session.query(
        SQL + " AND c.oid = ANY (?::text[]::oid[]) ORDER BY c.oid", CheckedTable::of, oids);
  }

  static Optional<CheckedTable> named(Session session, String schema, String name)
      throws SQLException {
    return session.queryFirst(
        SQL + " AND n.nspname = ? AND c.relname = ?", CheckedTable::of, schema, name);
  }

  /**
   * How large it is.
   *
   * @param locked whether reading it would wait for a lock
   */
  record Size(long bytes, boolean locked) {}

  /** Empty if it was just dropped. */
  Optional<Size> size(Session session) throws SQLException {
    return session.queryFirst(
        "SELECT %s, %s FROM pg_class c WHERE c.oid = ?::bigint::oid"
            .formatted(UserObjects.bytes("c"), UserObjects.locked("c")),
        row -> new Size(row.getLong(1), row.getBoolean(2)),
        oid);
  }

  List<Index> indexes(Session session) throws SQLException {
    return session.query(
        """
        SELECT i.indexrelid, c.relfilenode, c.relname, %s, %s, i.indisunique,
               CASE WHEN i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
                    THEN (SELECT array_agg(a.attname::text ORDER BY k)
                            FROM generate_series(0, i.indnkeyatts - 1) k
                            JOIN pg_attribute a
                              ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k])
                    ELSE '{}' END
          FROM pg_index i
          JOIN pg_class c ON c.oid = i.indexrelid
         WHERE i.indrelid = ?::bigint::oid
           AND i.indisvalid AND i.indisready
           AND c.relkind = 'i'
           AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
         ORDER BY i.indexrelid
        """
            .formatted(UserObjects.bytes("c"), UserObjects.locked("c")),
        row ->
            new Index(
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                row.getLong(4),
                row.getBoolean(5),
                row.getBoolean(6),
                List.of((String[]) row.getArray(7).getArray())),
        oid);
  }

  private static CheckedTable of(ResultSet row) throws SQLException {
    return new CheckedTable(row.getLong(1), row.getString(2), row.getString(3));
  }
}
