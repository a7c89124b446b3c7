// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.IndexDefinition;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.DropIndexConcurrently;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * An index that another one of the same table makes needless: same method, keys, operator classes,
 * collations, options, included columns, predicate and expressions.
 *
 * <p>What a constraint, a replica identity or a clustering rests on is never called the needless
 * one. An index whose keys lead a longer index is a case of its own and only worth a note: it may
 * be the smaller and better cached of the two.
 */
@AutoService(Detector.class)
public final class DuplicateIndex implements Detector {
  public static final String NAME = "DuplicateIndex";

  static final Threshold<Long> MIN_SIZE =
      Threshold.bytes(NAME, "minSize", ByteSize.MB, "The index must be at least this large.");

  private static final String KIND = "kind";
  private static final String EXACT = "exact";

  /**
   * Only of indexes of one table that begin alike is the rest compared: to print the definition of
   * each takes long where there are tens of thousands.
   */
  private static final String SQL =
      """
      WITH own AS MATERIALIZED (
        SELECT i.indexrelid, i.indrelid, n.nspname, t.relname AS table_name, c.relname, c.relam,
               c.reloptions, %2$s AS bytes,
               array[i.indkey[0]::int8, i.indclass[0]::int8, i.indcollation[0]::int8,
                     i.indoption[0]::int8] AS beginning
          FROM pg_index i
          JOIN pg_class c ON c.oid = i.indexrelid
          JOIN pg_class t ON t.oid = i.indrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE i.indisvalid
           AND c.relkind = 'i'
           -- To print the definition of what is locked one has to wait.
           AND NOT %3$s
           AND NOT %4$s
           AND %1$s
      )
      SELECT c.indexrelid, c.indrelid, c.nspname, c.table_name, c.relname,
             c.bytes, %5$s,
             -- NULLS NOT DISTINCT came with Postgres 15; before, the row has no such column.
             concat_ws('|', c.relam, to_jsonb(i) ->> 'indnullsnotdistinct', c.reloptions,
                       coalesce(pg_get_expr(i.indpred, i.indrelid), '')),
             (SELECT array_agg(concat_ws(':', i.indkey[k], i.indclass[k], i.indcollation[k],
                                         i.indoption[k],
                                         CASE WHEN i.indkey[k] = 0
                                              THEN pg_get_indexdef(c.indexrelid, k + 1, true) END)
                               ORDER BY k)
                FROM generate_series(0, i.indnkeyatts - 1) k),
             coalesce((SELECT array_agg(i.indkey[k]::text ORDER BY i.indkey[k])
                         FROM generate_series(i.indnkeyatts, i.indnatts - 1) k), '{}'),
             i.indisunique OR i.indisprimary OR i.indisexclusion OR i.indisreplident
               OR i.indisclustered
               OR EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.indexrelid)
               OR EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.indexrelid),
             coalesce(pg_stat_get_numscans(c.indexrelid), 0)
        FROM own c
        JOIN pg_index i ON i.indexrelid = c.indexrelid
        JOIN pg_class r ON r.oid = c.indexrelid
       WHERE EXISTS (SELECT 1 FROM own o
                      WHERE o.indrelid = c.indrelid AND o.relam = c.relam
                        AND o.beginning = c.beginning AND o.indexrelid <> c.indexrelid
                        AND greatest(o.bytes, c.bytes) >= ?)
       ORDER BY c.indrelid, c.indexrelid
      """;

  private record Index(
      long oid,
      long table,
      Target target,
      long sizeBytes,
      IndexDefinition definition,
      String form,
      List<String> keys,
      List<String> included,
      boolean needed,
      long scans) {

    boolean sameAs(Index other) {
      return form.equals(other.form) && keys.equals(other.keys) && included.equals(other.included);
    }

    boolean isPrefixOf(Index other) {
      return form.equals(other.form)
          && included.isEmpty()
          && keys.size() < other.keys.size()
          && keys.equals(other.keys.subList(0, keys.size()));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            An index does the same as another index of its table. Each write maintains both, and
            both take disk space and memory.
            """)
        .measurement(
            """
            Two indexes are the same if they have the same access method, keys, operator
            classes, collations, sort order, storage options, included columns, expressions and
            predicate. The one that a constraint needs is kept, then the older one. Indexes that
            back a constraint, a replica identity or CLUSTER are never reported as redundant.
            """)
        .severity(
            """
            A warning for an exact duplicate. Information if the keys of the index are only the
            first keys of a longer one: the shorter index may still be worth its space, because
            it is smaller.
            """)
        .thresholds(MIN_SIZE)
        .evidence(KIND, "text", "`exact` or `prefix`")
        .evidence("keep", "text", "name of the other index, which stays")
        .evidence(DropIndexConcurrently.SIZE_BYTES, "bytes", "size of the redundant index")
        .evidence("scans", "count", "scans of the redundant index since the last statistics reset")
        .evidence(IndexDefinition.EVIDENCE)
        .repairs(DropIndexConcurrently.TYPE)
        .remedy(
            """
            Drop the redundant index. Nothing becomes slower, because the other index serves the
            same queries.
            """)
        .reproduction(
            """
            SELECT indrelid::regclass, array_agg(indexrelid::regclass)
              FROM pg_index
             GROUP BY indrelid, indkey, indclass, indcollation, indoption, indexprs::text, indpred::text
            HAVING count(*) > 1;
            """)
        .limits(
            """
            Indexes that another session has locked are skipped until the next inspection. Hints
            in the application that name the index are not seen.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var minBytes = inspection.thresholds().get(MIN_SIZE);
    var byTable = new LinkedHashMap<Long, List<Index>>();
    for (var index : read(inspection, minBytes)) {
      byTable.computeIfAbsent(index.table, _ -> new ArrayList<>()).add(index);
    }
    var findings = new ArrayList<Finding>();
    for (var indexes : byTable.values()) {
      for (var index : indexes) {
        if (!index.needed && index.sizeBytes >= minBytes) {
          judge(index, indexes, findings);
        }
      }
    }
    return findings;
  }

  private static void judge(Index index, List<Index> indexes, List<Finding> findings) {
    var keeper =
        indexes.stream()
            .filter(other -> other.oid != index.oid && other.sameAs(index))
            .filter(other -> KEEP_FIRST.compare(other, index) < 0)
            .min(KEEP_FIRST);
    if (keeper.isPresent()) {
      findings.add(finding(index, keeper.get(), EXACT, Severity.WARNING));
      return;
    }
    indexes.stream()
        .filter(index::isPrefixOf)
        .findFirst()
        .ifPresent(longer -> findings.add(finding(index, longer, "prefix", Severity.INFO)));
  }

  /**
   * The index to keep of equal ones: the one that is needed, else the oldest. The number of scans
   * is no criterion: each index serves as well, and the result would change between inspections.
   */
  private static final Comparator<Index> KEEP_FIRST =
      Comparator.comparingInt((Index index) -> index.needed ? 0 : 1).thenComparingLong(Index::oid);

  private static Finding finding(Index index, Index keeper, String kind, Severity severity) {
    var evidence = index.definition.evidence();
    evidence.put(KIND, kind);
    evidence.put("keep", keeper.target.index());
    evidence.put(DropIndexConcurrently.SIZE_BYTES, Long.toString(index.sizeBytes));
    evidence.put("scans", Long.toString(index.scans));
    return new Finding(
            NAME,
            severity,
            index.target,
            "%s %s %s; %s"
                .formatted(
                    index.target.index(),
                    kind.equals(EXACT) ? "is the same as" : "starts with the same columns as",
                    keeper.target.index(),
                    ByteSize.of(index.sizeBytes)),
            evidence)
        .fixedBy(DropIndexConcurrently.TYPE, kind.equals(EXACT));
  }

  private static List<Index> read(Inspection inspection, long minBytes) throws SQLException {
    var sql =
        SQL.formatted(
            UserObjects.own("t"),
            UserObjects.bytes("c"),
            UserObjects.locked("c"),
            UserObjects.locked("t"),
            IndexDefinition.columns("i", "r"));
    return inspection
        .session()
        .query(
            sql,
            row ->
                new Index(
                    row.getLong(1),
                    row.getLong(2),
                    Target.index(
                        inspection.database(),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5)),
                    row.getLong(6),
                    IndexDefinition.read(row, 7),
                    row.getString(7 + IndexDefinition.COLUMNS),
                    List.of((String[]) row.getArray(8 + IndexDefinition.COLUMNS).getArray()),
                    List.of((String[]) row.getArray(9 + IndexDefinition.COLUMNS).getArray()),
                    row.getBoolean(10 + IndexDefinition.COLUMNS),
                    row.getLong(11 + IndexDefinition.COLUMNS)),
            minBytes);
  }
}
