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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * An index that no query has read for weeks, neither on the primary nor on any standby, while every
 * write has to keep it up.
 *
 * <p>Never one that does something besides being read: a unique, primary key's or exclusion
 * constraint's index checks rows, a replica identity names them, a clustering orders them, and the
 * one index of a foreign key's columns is read by the parent's deletes, which may be rare.
 * Statistics on an expression live in its index and serve the planner without a scan, so such an
 * index is only a note.
 *
 * <p>No catalog shows when an index was created. Without a last scan (Postgres 16 and later) the
 * time counts from the first inspection that saw the current counter. A reset of the statistics
 * starts it again.
 */
@AutoService(Detector.class)
public final class UnusedIndex implements Detector {
  public static final String NAME = "UnusedIndex";

  static final Threshold<Duration> MIN_UNUSED =
      Threshold.duration(
          NAME,
          "minUnused",
          Duration.ofDays(35),
          "No server may have scanned the index for at least this long.");

  static final Threshold<Long> MIN_SIZE =
      Threshold.bytes(NAME, "minSize", 10 * ByteSize.MB, "The index must be at least this large.");

  static final Threshold<Long> MAX_INDEXES =
      Threshold.count(
          NAME,
          "maxIndexes",
          2_000,
          "At most this many indexes of a database are checked, the largest first.");

  private static final String CERTAIN = "certain";

  private static final long MS_PER_DAY = 86_400_000;

  private static final String SQL =
      """
      SELECT c.oid, n.nspname, t.relname, c.relname, %4$s,
             i.indexprs IS NOT NULL, coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0),
             %5$s
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_stat_user_tables s ON s.relid = t.oid
       WHERE i.indisvalid
         AND c.relkind = 'i'
         AND NOT (i.indisunique OR i.indisprimary OR i.indisexclusion OR i.indisreplident
                  OR i.indisclustered)
         AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
         AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.oid)
         AND NOT EXISTS (
               SELECT 1 FROM pg_constraint k
                WHERE k.contype = 'f' AND k.conrelid = i.indrelid AND %1$s
                  AND NOT EXISTS (
                        SELECT 1 FROM pg_index o
                         WHERE o.indrelid = k.conrelid AND o.indexrelid <> i.indexrelid
                           AND o.indisvalid AND %2$s))
         AND %3$s
         AND %4$s >= ?
       ORDER BY 5 DESC, c.oid
       LIMIT ?
      """
          .formatted(
              serves("i"),
              serves("o"),
              UserObjects.own("t"),
              UserObjects.bytes("c"),
              IndexDefinition.columns("i", "c"));

  /** Whether an index finds the rows of the foreign key k. */
  private static String serves(String index) {
    return """
    (%1$s.indpred IS NULL AND %1$s.indnkeyatts >= cardinality(k.conkey)
     AND (%1$s.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)\
    """
        .formatted(index);
  }

  private record Index(
      long oid,
      Target target,
      long sizeBytes,
      boolean hasExpression,
      long rowsWritten,
      IndexDefinition definition) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            No query has used an index for weeks, on the primary or on any standby. Every write
            still maintains it.
            """)
        .measurement(
            """
            pgmend reads `idx_scan` of each index on the primary and on every standby that it
            can reach. From Postgres 16 it also uses `last_idx_scan`. Because Postgres does not
            record when an index was created, the time counts from the first inspection that saw
            the present counter. A statistics reset starts the time again.

            Indexes that do more than serve reads are never reported: unique and exclusion
            indexes, primary keys, replica identities, clustered indexes, partitions of an
            index, and the only index on a foreign key's columns.
            """)
        .severity(
            """
            A warning if every standby was asked. Information if a standby could not be asked,
            or if the index has an expression, whose statistics the planner may use without a
            scan.
            """)
        .thresholds(MIN_UNUSED, MIN_SIZE, MAX_INDEXES)
        .evidence(
            CERTAIN,
            "true or false",
            "whether every server was asked and the index has no expression")
        .evidence("unusedSince", "time (UTC)", "since when no scan was seen")
        .evidence(DropIndexConcurrently.SIZE_BYTES, "bytes", "size of the index")
        .evidence(
            "rowsWritten",
            "count",
            "rows inserted, updated and deleted in the table since the last statistics reset")
        .evidence("standbysAsked", "count", "standbys whose counters were read")
        .evidence("standbysNotAsked", "count", "standbys that could not be reached")
        .evidence(IndexDefinition.EVIDENCE)
        .repairs(DropIndexConcurrently.TYPE)
        .remedy(
            """
            Drop the index. First think of reports that run once a quarter: raise `minUnused` if
            you have them. The undo creates the index again.
            """)
        .reproduction(
            """
            SELECT schemaname, relname, indexrelname, idx_scan, pg_size_pretty(pg_relation_size(indexrelid))
              FROM pg_stat_user_indexes
             ORDER BY idx_scan, pg_relation_size(indexrelid) DESC;
            """)
        .limits(
            """
            Standbys that pgmend does not know of are not asked; it counts those in
            `pg_stat_replication` that it cannot reach. Use of an index that began before pgmend
            watched and ended is not seen.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    if (inspection.facts().inRecovery()) {
      return List.of();
    }
    var indexes = read(inspection);
    if (indexes.isEmpty()) {
      return List.of();
    }
    var window = inspection.thresholds().get(MIN_UNUSED);
    var oids = indexes.stream().map(Index::oid).toList();
    var scans = IndexScans.everywhere(inspection, oids);
    var findings = new ArrayList<Finding>();
    for (var index : indexes) {
      scans
          .unusedSince(index.oid())
          .filter(since -> !since.plus(window).isAfter(scans.now()))
          .ifPresent(since -> findings.add(finding(index, since, scans)));
    }
    return findings;
  }

  private static Finding finding(Index index, Instant since, IndexScans scans) {
    var unasked = scans.unasked();
    var certain = unasked == 0 && !index.hasExpression;
    var doubt =
        unasked > 0
            ? "; %d standby%s could not be reached".formatted(unasked, unasked == 1 ? "" : "s")
            : index.hasExpression ? "; the planner may use its statistics on the expression" : "";
    var unusedDays = Duration.between(since, scans.now()).toMillis() / (double) MS_PER_DAY;
    var evidence = new LinkedHashMap<String, String>();
    evidence.put(CERTAIN, Boolean.toString(certain));
    evidence.putAll(index.definition.evidence());
    evidence.put(DropIndexConcurrently.SIZE_BYTES, Long.toString(index.sizeBytes));
    evidence.put("unusedSince", since.toString());
    evidence.put("rowsWritten", Long.toString(index.rowsWritten));
    evidence.put("standbysAsked", Integer.toString(scans.asked()));
    evidence.put("standbysNotAsked", Integer.toString(unasked));
    return new Finding(
            NAME,
            certain ? Severity.WARNING : Severity.INFO,
            index.target,
            "%s: no scans for %.1f days on the primary and %d standbys; it uses %s%s"
                .formatted(
                    index.target.index(),
                    unusedDays,
                    scans.asked(),
                    ByteSize.of(index.sizeBytes),
                    doubt),
            evidence)
        .fixedBy(DropIndexConcurrently.TYPE, certain);
  }

  private static List<Index> read(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    return inspection
        .session()
        .query(
            SQL,
            row ->
                new Index(
                    row.getLong(1),
                    Target.index(
                        inspection.database(),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4)),
                    row.getLong(5),
                    row.getBoolean(6),
                    row.getLong(7),
                    IndexDefinition.read(row, 8)),
            thresholds.get(MIN_SIZE),
            thresholds.get(MAX_INDEXES));
  }
}
