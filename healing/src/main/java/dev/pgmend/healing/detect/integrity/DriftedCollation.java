// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.IndexNames;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A collation whose library is of another version than it was made with.
 *
 * @param quotedName empty for the one that a database has by default
 */
record DriftedCollation(
    long oid, Optional<String> quotedName, String recordedVersion, String actualVersion) {

  /** An index whose order rests on a collation. */
  record Index(IndexNames.IndexName name, long bytes, boolean ofExclusion) {}

  /**
   * Keys of user's indexes that are put in the order of a collation. What compares bytes ({@code
   * text_pattern_ops}) or, but for collations that take different texts for equal, their hashes is
   * in the same order, regardless of the library.
   */
  private static final String ORDERED =
      """
      SELECT i.indexrelid, i.indrelid, l.oid AS collid
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_am a ON a.oid = c.relam
       CROSS JOIN generate_series(0, i.indnkeyatts - 1) k
        JOIN pg_opclass o ON o.oid = i.indclass[k]
        JOIN pg_collation l ON l.oid = i.indcollation[k]
       WHERE o.opcname NOT LIKE '%%pattern_ops'
         AND NOT (a.amname = 'hash' AND l.collisdeterministic)
         AND %1$s
      UNION
      -- A condition that compares by order; whether texts are equal does not change.
      SELECT i.indexrelid, i.indrelid, v.attcollation
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_depend d
          ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
         AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid
        JOIN pg_attribute v ON v.attrelid = d.refobjid AND v.attnum = d.refobjsubid
       WHERE i.indpred IS NOT NULL
         AND v.attcollation <> 0
         -- To print the condition of what is locked one has to wait.
         AND CASE WHEN %2$s THEN true ELSE pg_get_expr(i.indpred, i.indrelid) ~ '[<>]' END
         AND %1$s
      """
          .formatted(UserObjects.own("t"), UserObjects.locked("t"));

  private static final String OF_DATABASE =
      """
      SELECT 100, NULL, NULL, datcollversion, pg_database_collation_actual_version(oid)
        FROM pg_database
       WHERE datname = current_database()
         AND datcollversion <> pg_database_collation_actual_version(oid)
      """;

  private static final String OTHERS =
      """
      SELECT l.oid, n.nspname, l.collname, l.collversion, l.actual
        FROM (SELECT *, pg_collation_actual_version(oid) AS actual
                FROM pg_collation
               WHERE collversion IS NOT NULL
                 AND (oid IN (SELECT collid FROM (%s) o)
                      OR oid IN (SELECT unnest(partcollation::oid[]) FROM pg_partitioned_table))
              OFFSET 0) l
        JOIN pg_namespace n ON n.oid = l.collnamespace
       WHERE l.collversion <> l.actual
       ORDER BY n.nspname, l.collname, l.oid
      """
          .formatted(ORDERED);

  private static final String INDEXES =
      """
      SELECT n.nspname, c.relname, %s, i.indisexclusion
        FROM (%s) o
        JOIN pg_index i ON i.indexrelid = o.indexrelid
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE o.collid = ?::bigint::oid
       ORDER BY n.nspname, c.relname
      """
          .formatted(UserObjects.bytes("c"), ORDERED);

  /** The database's own, known from Postgres 15 on, and those of indexes and partition keys. */
  static List<DriftedCollation> in(Session session, int major) throws SQLException {
    var all = new ArrayList<DriftedCollation>();
    if (major >= 15) {
      all.addAll(session.query(OF_DATABASE, DriftedCollation::of));
    }
    all.addAll(session.query(OTHERS, DriftedCollation::of));
    return all;
  }

  List<Index> indexes(Session session) throws SQLException {
    return session.query(
        INDEXES,
        row ->
            new Index(
                new IndexNames.IndexName(row.getString(1), row.getString(2)),
                row.getLong(3),
                row.getBoolean(4)),
        oid);
  }

  /**
   * Tables whose rows may lie in the wrong partition now; rebuilding an index does not fix that.
   */
  List<String> rangePartitioned(Session session) throws SQLException {
    return session.query(
        """
        SELECT c.oid::regclass::text
          FROM pg_partitioned_table p
          JOIN pg_class c ON c.oid = p.partrelid
         WHERE p.partstrat = 'r'
           AND ?::bigint::oid = ANY (p.partcollation::oid[])
           AND %s
         ORDER BY 1
        """
            .formatted(UserObjects.own("c")),
        row -> row.getString(1),
        oid);
  }

  private static DriftedCollation of(ResultSet row) throws SQLException {
    var name = Optional.ofNullable(row.getString(3));
    var schema = String.valueOf(row.getString(2));
    return new DriftedCollation(
        row.getLong(1),
        name.map(n -> Identifiers.quote(schema, n)),
        row.getString(4),
        row.getString(5));
  }
}
