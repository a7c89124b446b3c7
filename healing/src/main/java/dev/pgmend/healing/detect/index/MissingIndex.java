// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.repair.CreateIndexConcurrently;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An index that the workload's plans need. No catalog shows that: the learner finds it in the
 * plans, with the statement and the gain as evidence. This detector checks whether it is still
 * missing.
 */
@AutoService(Detector.class)
public final class MissingIndex implements Detector {
  public static final String NAME = "MissingIndex";

  /**
   * A table that has the columns, and no index that starts with them in this order. An index that
   * failed to build must be repaired, not created again.
   */
  private static final String SQL =
      """
      SELECT %2$s, greatest(c.reltuples, 0)::bigint
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ?
         AND c.relname = ?
         AND c.relkind IN ('r', 'm')
         AND %1$s
         AND cardinality(?::text[]) = (
               SELECT count(*) FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND a.attname = ANY (?::text[]))
         AND NOT EXISTS (
               SELECT 1 FROM pg_index i
                 JOIN pg_class x ON x.oid = i.indexrelid
                 JOIN pg_am m ON m.oid = x.relam
                WHERE i.indrelid = c.oid
                  AND i.indpred IS NULL
                  AND m.amname = 'btree'
                  AND ?::text[] = (
                        SELECT array_agg(a.attname::text ORDER BY k.ord)
                          FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, ord)
                          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                         WHERE k.ord <= least(i.indnkeyatts, cardinality(?::text[]))))
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
            An index would make statements of the workload faster. No catalog shows that: it
            takes the workload's plans.
            """)
        .measurement(
            """
            The [learner](../concepts/learner.md), or `./pgmend advise`, reads the plans of the
            statements that take the most time and predicts their time with and without the
            index. If HypoPG is installed, Postgres itself plans with the hypothetical index.
            This detector only checks, at every inspection, that the table still has the columns
            and that no index begins with them.
            """)
        .severity(
            """
            A warning if statements that take much of the time would profit, else information.
            """)
        .evidence(CreateIndexConcurrently.TABLE_BYTES, "bytes", "size of the table")
        .evidence(
            CreateIndexConcurrently.TABLE_ROWS, "rows", "its rows, as the planner counts them")
        .evidence("gainPercent", "percent", "predicted reduction of the execution time")
        .evidence("gainLowPercent", "percent", "lower end of its interval")
        .evidence("gainHighPercent", "percent", "upper end of its interval")
        .evidence("gainSource", "text", "what predicted it")
        .evidence(
            "<learner evidence>", "text", "what else the learner reports, such as the statements")
        .repairs(CreateIndexConcurrently.TYPE)
        .remedy(
            """
            The repair builds the index while reads and writes continue. The verdict then
            compares the prediction with the measured effect, and the index is dropped again if
            statements became slower.
            """)
        .reproduction(
            """
            EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM orders WHERE customer_id = 42;
            -- look for a sequential scan with many "Rows Removed by Filter"
            """)
        .limits(
            """
            Only B-tree indexes on plain columns are proposed: no expressions, predicates or
            included columns. Without a learner nothing is found.
            """)
        .build();
  }

  /** Finds none: the learner finds them in the workload's plans. */
  @Override
  public List<Finding> detect(Inspection inspection) {
    return List.of();
  }

  @Override
  public Optional<Finding> lookAgain(Inspection inspection, Finding known) throws SQLException {
    var target = known.target();
    var columns = target.columns();
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    return inspection
        .session()
        .queryFirst(
            SQL,
            row -> {
              var evidence = new HashMap<>(known.evidence());
              // Not a detector but a proposal says this.
              evidence.remove(Finding.ACCEPTED_SLOWDOWN_PERCENT);
              evidence.putAll(
                  Map.of(
                      CreateIndexConcurrently.TABLE_BYTES,
                      row.getString(1),
                      CreateIndexConcurrently.TABLE_ROWS,
                      row.getString(2)));
              return new Finding(NAME, known.severity(), target, known.summary(), evidence)
                  .fixedBy(CreateIndexConcurrently.TYPE);
            },
            target.schema(),
            target.relation(),
            columns,
            columns,
            columns,
            columns);
  }
}
