// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

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
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A default partition that holds rows. Nothing fails yet, but the partition that these rows belong
 * in can no longer be created before they are moved.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION">
 *     CREATE TABLE, PARTITION OF ... DEFAULT</a>
 */
@AutoService(Detector.class)
public final class DefaultPartitionFilling implements Detector {
  public static final String NAME = "DefaultPartitionFilling";

  static final Threshold<Long> MIN_ROWS =
      Threshold.count(
          NAME, "minRows", 1_000, "The default partition must hold at least this many rows.");

  private static final String RANGE = "range";

  private static final String SQL =
      """
      SELECT n.nspname, c.relname, pn.nspname || '.' || p.relname,
             CASE t.partstrat WHEN 'r' THEN 'range' ELSE 'list' END,
             greatest(coalesce(s.n_live_tup, 0), c.reltuples)::bigint AS rows, %2$s
        FROM pg_partitioned_table t
        JOIN pg_class p ON p.oid = t.partrelid
        JOIN pg_namespace pn ON pn.oid = p.relnamespace
        JOIN pg_class c ON c.oid = t.partdefid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
       WHERE c.relkind = 'r'
         AND greatest(coalesce(s.n_live_tup, 0), c.reltuples) >= ?
         AND %1$s
       ORDER BY rows DESC, 1, 2
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
            A default partition holds rows. In a table partitioned by range, usually the partition
            for these rows was not created in time. While the rows are there, creating that
            partition fails, and creating any other one scans the default partition under a lock.
            """)
        .measurement(
            """
            The catalog names the default partition of each partitioned table. Its rows are those
            that the server counts (`n_live_tup`), or that ANALYZE estimated if that is more.
            """)
        .severity(
            """
            A warning for a table partitioned by range. Information for a table partitioned by list,
            where a default partition for all other values is often intended.
            """)
        .thresholds(MIN_ROWS)
        .evidence("parent", "text", "the partitioned table")
        .evidence("strategy", "text", "`range` or `list`")
        .evidence("rows", "rows", "rows of the default partition")
        .evidence("sizeBytes", "bytes", "size of the default partition")
        .remedy(
            """
            Create partitions ahead of time, for example with pg_partman. To move the rows: detach
            the default partition, create the missing partition, insert the rows into the
            partitioned table, and attach an empty default partition. Which bounds are right only
            the application knows, so pgmend repairs nothing.
            """)
        .reproduction(
            """
            SELECT t.partrelid::regclass, t.partdefid::regclass, d.reltuples
              FROM pg_partitioned_table t JOIN pg_class d ON d.oid = t.partdefid;
            """)
        .limits(
            """
            Rows whose key is null always go to the default partition, and count. A default
            partition that is partitioned itself is left out. Before the first ANALYZE, and after a
            crash, the count can be too low.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    return inspection
        .session()
        .query(
            SQL,
            row -> {
              var target = Target.table(inspection.database(), row.getString(1), row.getString(2));
              var strategy = row.getString(4);
              return new Finding(
                  NAME,
                  strategy.equals(RANGE) ? Severity.WARNING : Severity.INFO,
                  target,
                  "%s, the default partition of %s, holds %,d rows (%s); create the missing partitions and move the rows"
                      .formatted(
                          target, row.getString(3), row.getLong(5), ByteSize.of(row.getLong(6))),
                  Map.of(
                      "parent", row.getString(3),
                      "strategy", strategy,
                      "rows", Long.toString(row.getLong(5)),
                      "sizeBytes", Long.toString(row.getLong(6))));
            },
            inspection.thresholds().get(MIN_ROWS));
  }
}
