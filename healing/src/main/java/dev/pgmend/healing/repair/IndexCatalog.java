// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Reads single indexes from the catalog. */
final class IndexCatalog {
  private IndexCatalog() {}

  record Index(String schema, String name, long oid, long tableOid, boolean valid, long bytes) {}

  static Optional<Index> find(Session session, String schema, String name) throws SQLException {
    return session.queryFirst(
        """
        SELECT n.nspname, c.relname, c.oid, i.indrelid, i.indisvalid, pg_relation_size(c.oid)
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_index i ON i.indexrelid = c.oid
         WHERE n.nspname = ? AND c.relname = ?
        """,
        IndexCatalog::index,
        schema,
        name);
  }

  static List<Index> invalidOf(Session session, long tableOid) throws SQLException {
    return session.query(
        """
        SELECT n.nspname, c.relname, c.oid, i.indrelid, i.indisvalid, pg_relation_size(c.oid)
          FROM pg_index i
          JOIN pg_class c ON c.oid = i.indexrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE i.indrelid = ?::oid AND NOT i.indisvalid
         ORDER BY c.relname
        """,
        IndexCatalog::index,
        tableOid);
  }

  private static Index index(ResultSet row) throws SQLException {
    return new Index(
        row.getString(1),
        row.getString(2),
        row.getLong(3),
        row.getLong(4),
        row.getBoolean(5),
        row.getLong(6));
  }
}
