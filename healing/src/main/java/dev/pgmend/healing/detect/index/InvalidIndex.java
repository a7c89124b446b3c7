// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.detect.workload.PlanRegression;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.DropInvalidIndex;
import dev.pgmend.healing.repair.ReindexConcurrently;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An index that a failed concurrent build left behind: no query may use it, yet every write keeps
 * it up. One that is being built at this moment is invalid too, and is left alone.
 */
@AutoService(Detector.class)
public final class InvalidIndex implements Detector {
  public static final String NAME = "InvalidIndex";

  /** Evidence: {@code true} for what REINDEX CONCURRENTLY leaves behind, which is of no use. */
  public static final String LEFTOVER = "leftover";

  private static final Pattern LEFTOVER_NAME = Pattern.compile(".*_cc(new|old)\\d*");

  private static final String SQL =
      """
      SELECT n.nspname, t.relname, c.relname, %2$s, pg_get_indexdef(c.oid),
             EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE NOT i.indisvalid
         AND c.relkind = 'i'
         -- To print the definition of what is locked one has to wait.
         AND NOT %3$s
         AND NOT %4$s
         AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_create_index p
                          WHERE p.datid = (SELECT oid FROM pg_database
                                            WHERE datname = current_database())
                            AND (p.relid = i.indrelid OR p.index_relid = i.indexrelid))
         AND NOT EXISTS (SELECT 1 FROM pg_locks l
                          WHERE l.relation = i.indrelid AND l.granted
                            AND l.mode IN ('ShareUpdateExclusiveLock', 'ShareLock')
                            AND l.database = (SELECT oid FROM pg_database
                                               WHERE datname = current_database())
                            AND l.pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum
                                              UNION ALL SELECT pid FROM pg_stat_progress_analyze))
         AND %1$s
       ORDER BY 1, 2, 3
      """
          .formatted(
              UserObjects.own("t"),
              UserObjects.bytes("c"),
              UserObjects.locked("c"),
              UserObjects.locked("t"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A concurrent build or rebuild failed and left an invalid index behind. No query uses
            it, but every write maintains it.
            """)
        .measurement(
            """
            The catalog marks such indexes (`pg_index.indisvalid`). One that is being built at
            this moment is left out: it appears in `pg_stat_progress_create_index`, or its table
            has the lock of a build.
            """)
        .severity("Always a warning.")
        .evidence(
            LEFTOVER,
            "true or false",
            "whether it is a leftover of REINDEX CONCURRENTLY (`_ccnew`, `_ccold`), which is of no use")
        .evidence(ReindexConcurrently.SIZE_BYTES, "bytes", "size of the index")
        .evidence("definition", "SQL", "the statement that creates it")
        .repairs(DropInvalidIndex.TYPE, ReindexConcurrently.TYPE)
        .remedy(
            """
            A leftover of REINDEX CONCURRENTLY is dropped. Any other invalid index is rebuilt.
            If a rebuild of a unique index fails again, the table holds duplicate keys: remove
            them first.
            """)
        .reproduction(
            """
            SELECT indexrelid::regclass, indrelid::regclass FROM pg_index WHERE NOT indisvalid;
            """)
        .limits(
            """
            Indexes that another session has locked are skipped until the next inspection.
            Invalid indexes of partitioned tables are not reported.
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
              var index = row.getString(3);
              var leftover = LEFTOVER_NAME.matcher(index).matches() && !row.getBoolean(6);
              var size = row.getLong(4);
              return new Finding(
                      NAME,
                      Severity.WARNING,
                      Target.index(
                          inspection.database(), row.getString(1), row.getString(2), index),
                      leftover
                          ? "%s is a leftover of a failed REINDEX CONCURRENTLY: every write updates its %s, no query reads it"
                              .formatted(index, ByteSize.of(size))
                          : "%s is invalid because a concurrent build failed: every write updates its %s, no query reads it"
                              .formatted(index, ByteSize.of(size)),
                      Map.of(
                          LEFTOVER,
                          Boolean.toString(leftover),
                          ReindexConcurrently.SIZE_BYTES,
                          Long.toString(size),
                          "definition",
                          row.getString(5)))
                  .fixedBy(leftover ? DropInvalidIndex.TYPE : ReindexConcurrently.TYPE);
            });
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return other.detector().equals(PlanRegression.NAME)
        && PlanRegression.lost(other, own.target().index());
  }
}
