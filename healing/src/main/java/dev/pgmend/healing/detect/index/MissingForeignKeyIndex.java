// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.CreateIndexConcurrently;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A foreign key whose referencing columns lead no index: each delete or key change of a parent row,
 * and each join from it, reads the whole child table.
 */
@AutoService(Detector.class)
public final class MissingForeignKeyIndex implements Detector {
  public static final String NAME = "MissingForeignKeyIndex";

  static final Threshold<Long> MIN_TABLE_SIZE =
      Threshold.bytes(
          NAME,
          "minTableSize",
          8 * ByteSize.MB,
          "The referencing table must be at least this large.");

  /** Any order of the leading columns will do: the check compares all of them for equality. */
  private static final String SQL =
      """
      SELECT n.nspname, c.relname, k.conname,
             (SELECT array_agg(a.attname::text ORDER BY x.ord)
                FROM unnest(k.conkey) WITH ORDINALITY x(attnum, ord)
                JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.attnum),
             %2$s, greatest(c.reltuples, 0)::bigint,
             pn.nspname || '.' || p.relname,
             coalesce(ps.n_tup_del + ps.n_tup_upd, 0)
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class p ON p.oid = k.confrelid
        JOIN pg_namespace pn ON pn.oid = p.relnamespace
        LEFT JOIN pg_stat_user_tables ps ON ps.relid = p.oid
       WHERE k.contype = 'f'
         AND c.relkind = 'r'
         AND %2$s >= ?
         AND NOT EXISTS (
               SELECT 1 FROM pg_index i
                 JOIN pg_class x ON x.oid = i.indexrelid
                 JOIN pg_am m ON m.oid = x.relam
                WHERE i.indrelid = k.conrelid
                  -- These only show which pages to read, and those are many.
                  AND m.amname NOT IN ('brin', 'bloom')
                  AND i.indisvalid
                  AND i.indpred IS NULL
                  AND i.indnkeyatts >= cardinality(k.conkey)
                  AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
         -- Of several on the same columns the first speaks for all: one index serves them.
         AND NOT EXISTS (
               SELECT 1 FROM pg_constraint o
                WHERE o.contype = 'f'
                  AND o.conrelid = k.conrelid
                  AND o.conkey @> k.conkey AND o.conkey <@ k.conkey
                  AND o.oid < k.oid)
         AND %1$s
       ORDER BY %2$s DESC, 1, 2, 3
      """
          .formatted(UserObjects.own("c"), UserObjects.bytes("c"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A foreign key has no index on its referencing columns. Each delete or key update of
            a referenced row, and each join from it, reads the whole referencing table.
            """)
        .measurement(
            """
            The catalog is read: a foreign key counts as served if a valid index without a
            predicate begins with its columns, in any order. BRIN and bloom indexes do not
            count.
            """)
        .severity("Always a warning.")
        .thresholds(MIN_TABLE_SIZE)
        .evidence("constraint", "text", "name of the foreign key")
        .evidence("parent", "text", "the referenced table")
        .evidence(CreateIndexConcurrently.TABLE_BYTES, "bytes", "size of the referencing table")
        .evidence(
            CreateIndexConcurrently.TABLE_ROWS, "rows", "its rows, as the planner counts them")
        .evidence(
            "parentChanges",
            "count",
            "updates and deletes of the referenced table since the last statistics reset")
        .repairs(CreateIndexConcurrently.TYPE)
        .remedy(
            """
            The repair builds the index while reads and writes continue. You do not need
            it if rows of the referenced table are never deleted and no query joins from it:
            raise `minTableSize` or forbid the repair in the policy.
            """)
        .reproduction(
            """
            SELECT conrelid::regclass, conname, confrelid::regclass
              FROM pg_constraint k
             WHERE contype = 'f'
               AND NOT EXISTS (SELECT 1 FROM pg_index i
                                WHERE i.indrelid = k.conrelid AND i.indisvalid
                                  AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey);
            """)
        .limits(
            """
            Partitioned tables are judged by their partitions. Whether the referenced rows are
            ever deleted is shown as `parentChanges`, but does not decide.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var minBytes = inspection.thresholds().get(MIN_TABLE_SIZE);
    return inspection
        .session()
        .query(
            SQL,
            row -> {
              var columns = List.of((String[]) row.getArray(4).getArray());
              return new Finding(
                      NAME,
                      Severity.WARNING,
                      Target.columns(
                          inspection.database(), row.getString(1), row.getString(2), columns),
                      "%s.%s: foreign key %s to %s has no index on (%s); each check reads %s"
                          .formatted(
                              row.getString(1),
                              row.getString(2),
                              row.getString(3),
                              row.getString(7),
                              String.join(", ", columns),
                              ByteSize.of(row.getLong(5))),
                      Map.of(
                          "constraint",
                          row.getString(3),
                          "parent",
                          row.getString(7),
                          CreateIndexConcurrently.TABLE_BYTES,
                          row.getString(5),
                          CreateIndexConcurrently.TABLE_ROWS,
                          row.getString(6),
                          "parentChanges",
                          row.getString(8)))
                  .fixedBy(CreateIndexConcurrently.TYPE);
            },
            minBytes);
  }
}
