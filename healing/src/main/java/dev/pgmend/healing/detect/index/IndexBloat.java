// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.PageReadings;
import dev.pgmend.healing.detect.catalog.Pgstattuple;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.ReindexConcurrently;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A B-tree index that a rebuild would make much smaller.
 *
 * <p>Measured, not estimated: pgstatindex reads the leaf pages' real density where the extension is
 * there, we may call it and the index is small enough to read; that is not done again before much
 * of the table has changed. Elsewhere the index's bytes per tuple are held against the best that
 * was ever seen, the rule of pg_index_watch. The well-known estimate from column widths is not
 * used: deduplication (Postgres 13) made it wrong.
 */
@AutoService(Detector.class)
public final class IndexBloat implements Detector {
  public static final String NAME = "IndexBloat";

  static final Threshold<Long> MIN_SAVING =
      Threshold.bytes(
          NAME, "minSaving", 10 * ByteSize.MB, "A rebuild must save at least this much space.");

  static final Threshold<Long> MIN_SAVING_PERCENT =
      Threshold.percent(
          NAME, "minSavingPercent", 50, "A rebuild must save at least this share of the index.");

  static final Threshold<Long> MAX_READ =
      Threshold.bytes(
          NAME,
          "maxRead",
          Pgstattuple.MAX_READ_BYTES,
          "One inspection of a database reads at most about this much of indexes.");

  static final Threshold<Long> MAX_OBJECT_SIZE =
      Threshold.bytes(
          NAME,
          "maxObjectSize",
          Pgstattuple.MAX_OBJECT_BYTES,
          "A larger index is not read; its bytes per row are compared instead.");

  private static final int PAGE_BYTES = 8192;

  private static final String CANDIDATES =
      """
      SELECT c.oid, n.nspname, t.relname, c.relname, %2$s, c.reltuples,
             coalesce((SELECT split_part(o, '=', 2)::int FROM unnest(c.reloptions) o
                        WHERE o LIKE 'fillfactor=%%'), 90),
             %3$s, pg_relation_filenode(c.oid),
             coalesce(s.n_tup_ins + s.n_tup_upd - s.n_tup_hot_upd + s.n_tup_del, 0),
             coalesce(s.vacuum_count + s.autovacuum_count, 0)
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_am a ON a.oid = c.relam
        LEFT JOIN pg_stat_all_tables s ON s.relid = t.oid
       WHERE a.amname = 'btree'
         AND c.relkind = 'i'
         AND i.indisvalid
         AND NOT i.indisexclusion
         AND %2$s >= ?
         AND %1$s
       ORDER BY 5 DESC
      """
          .formatted(UserObjects.own("t"), UserObjects.bytes("c"), UserObjects.locked("c"));

  private static final List<String> COLUMNS =
      List.of(
          "index_size",
          "leaf_pages",
          "internal_pages",
          "avg_leaf_density",
          "leaf_fragmentation",
          "empty_pages",
          "deleted_pages");

  private record Candidate(
      Target target,
      long sizeBytes,
      double tuples,
      int fillfactor,
      boolean locked,
      PageReadings.Pages pages) {}

  /** Estimated size after a rebuild, and the method of the estimate. */
  private record Estimate(double rebuiltBytes, String method, Map<String, String> evidence) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A B-tree index is much larger than it needs to be. It takes disk space, memory and
            I/O for pages that are mostly empty. It comes from updates and deletes, often after
            a vacuum that came late.
            """)
        .measurement(
            """
            If the extension pgstattuple is installed, this role may call `pgstatindex`, and the
            index is not larger than `maxObjectSize`, pgmend reads the density of its leaf pages
            and compares it with the index's fillfactor. A reading stays valid until a tenth of
            the table's rows have changed.

            Otherwise it compares the index's bytes per row with the lowest value that it ever
            saw for this index. The common estimate from column widths is not used:
            deduplication, since Postgres 13, made it wrong.
            """)
        .severity("Always a warning.")
        .thresholds(MIN_SAVING, MIN_SAVING_PERCENT, MAX_READ, MAX_OBJECT_SIZE)
        .evidence(ReindexConcurrently.SIZE_BYTES, "bytes", "size of the index")
        .evidence(ReindexConcurrently.REBUILT_BYTES, "bytes", "size that a rebuild would leave")
        .evidence("savingBytes", "bytes", "space that a rebuild frees")
        .evidence(ReindexConcurrently.SAVING_PERCENT, "percent", "the same as a share of the index")
        .evidence(ReindexConcurrently.METHOD, "text", "`pgstatindex` or `bytesPerTuple`")
        .evidence("leafDensityPercent", "percent", "how full leaf pages are")
        .evidence("leafFragmentationPercent", "percent", "leaf pages that are out of order")
        .evidence("emptyPages", "pages", "pages without entries")
        .evidence("deletedPages", "pages", "pages that were emptied and not reused yet")
        .evidence("bytesPerTuple", "bytes", "index size per row now")
        .evidence("bestBytesPerTuple", "bytes", "the lowest index size per row that was seen")
        .repairs(ReindexConcurrently.TYPE)
        .remedy(
            """
            The repair rebuilds the index while reads and writes continue. If bloat returns
            quickly, look at [AutovacuumLag](AutovacuumLag.md) of the table first.
            """)
        .reproduction(
            """
            SELECT relname, pg_size_pretty(pg_relation_size(i.indexrelid)), s.avg_leaf_density
              FROM pg_index i
              JOIN pg_class c ON c.oid = i.indexrelid
              JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree',
                   pgstatindex(i.indexrelid::regclass) s
             WHERE i.indrelid = 'public.orders'::regclass;
            """)
        .limits(
            """
            Only valid B-tree indexes are measured; GIN, GiST, hash and BRIN are not. Without
            pgstattuple, bloat that was there before the first inspection is not seen. Indexes
            that another session has locked are reported as `DetectorFailed`.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException, InspectionException {
    var candidates = candidates(inspection);
    var pages = pages(inspection);
    pages.refresh(candidates.stream().filter(c -> !c.locked).map(Candidate::pages).toList());
    return candidates.stream().flatMap(c -> look(inspection, pages, c).stream()).toList();
  }

  /** Only the one in question is read, though it may have been a moment ago. */
  @Override
  public Optional<Finding> lookAgain(Inspection inspection, Finding known)
      throws SQLException, InspectionException {
    var candidate =
        candidates(inspection).stream().filter(c -> c.target.equals(known.target())).findFirst();
    if (candidate.isEmpty()) {
      return Optional.empty();
    }
    var pages = pages(inspection);
    if (!candidate.get().locked) {
      pages.readAgain(candidate.get().pages);
    }
    return DetectorFailure.again(known, look(inspection, pages, candidate.get()).stream().toList());
  }

  private static Pgstattuple pages(Inspection inspection) throws SQLException {
    return Pgstattuple.of(inspection, "pgstatindex", COLUMNS, MAX_READ, MAX_OBJECT_SIZE);
  }

  private static Optional<Finding> look(
      Inspection inspection, Pgstattuple pages, Candidate candidate) {
    return candidate.locked
        ? Optional.of(DetectorFailure.locked(NAME, candidate.target))
        : pages
            .figures(candidate.pages)
            .map(figures -> byReading(candidate, figures))
            .or(() -> byBestEverSeen(inspection, candidate))
            .flatMap(estimate -> judge(inspection, candidate, estimate));
  }

  private static List<Candidate> candidates(Inspection inspection) throws SQLException {
    return inspection
        .session()
        .query(
            CANDIDATES,
            row ->
                new Candidate(
                    Target.index(
                        inspection.database(),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4)),
                    row.getLong(5),
                    row.getDouble(6),
                    row.getInt(7),
                    row.getBoolean(8),
                    new PageReadings.Pages(
                        row.getLong(1),
                        row.getLong(9),
                        row.getLong(5),
                        row.getDouble(6),
                        row.getLong(10),
                        row.getLong(11))),
            inspection.thresholds().get(MIN_SAVING));
  }

  private static Estimate byReading(Candidate candidate, Map<String, Double> figures) {
    var leafPages = figure(figures, "leaf_pages");
    var measured = figure(figures, "avg_leaf_density");
    // An index without leaf entries has density NaN: a rebuild leaves one page.
    var density = Double.isNaN(measured) ? 0 : measured;
    var rebuiltLeaves = leafPages * density / candidate.fillfactor;
    var shrink = leafPages == 0 ? 0 : rebuiltLeaves / leafPages;
    var rebuiltPages = 2 + rebuiltLeaves + figure(figures, "internal_pages") * shrink;
    // It may have grown since it was read: what is known is the share.
    var left = rebuiltPages * PAGE_BYTES / Math.max(1, figure(figures, "index_size"));
    return new Estimate(
        left * candidate.sizeBytes,
        "pgstatindex",
        Map.of(
            "leafDensityPercent", Figures.of(density),
            "leafFragmentationPercent", Figures.of(figure(figures, "leaf_fragmentation")),
            "emptyPages", Long.toString((long) figure(figures, "empty_pages")),
            "deletedPages", Long.toString((long) figure(figures, "deleted_pages"))));
  }

  private static Optional<Estimate> byBestEverSeen(Inspection inspection, Candidate candidate) {
    if (candidate.tuples <= 0) {
      return Optional.empty();
    }
    var bytesPerTuple = candidate.sizeBytes / candidate.tuples;
    var name = NAME + ".bytesPerTuple/" + inspection.database() + "/" + candidate.target;
    var best = inspection.memory().lowest(name, bytesPerTuple);
    return Optional.of(
        new Estimate(
            best * candidate.tuples,
            "bytesPerTuple",
            Map.of(
                "bytesPerTuple", Figures.of(bytesPerTuple),
                "bestBytesPerTuple", Figures.of(best))));
  }

  private static Optional<Finding> judge(
      Inspection inspection, Candidate candidate, Estimate estimate) {
    var thresholds = inspection.thresholds();
    var saving = candidate.sizeBytes - (long) estimate.rebuiltBytes;
    var percent = 100.0 * saving / candidate.sizeBytes;
    if (saving < thresholds.get(MIN_SAVING) || percent < thresholds.get(MIN_SAVING_PERCENT)) {
      return Optional.empty();
    }
    var evidence = new HashMap<>(estimate.evidence);
    evidence.put(ReindexConcurrently.METHOD, estimate.method);
    evidence.put(ReindexConcurrently.SIZE_BYTES, Long.toString(candidate.sizeBytes));
    evidence.put(ReindexConcurrently.REBUILT_BYTES, Long.toString((long) estimate.rebuiltBytes));
    evidence.put("savingBytes", Long.toString(saving));
    evidence.put(ReindexConcurrently.SAVING_PERCENT, Figures.of(percent));
    return Optional.of(
        new Finding(
                NAME,
                Severity.WARNING,
                candidate.target,
                "%s is %s; a rebuild saves %s (%.0f%%)"
                    .formatted(
                        candidate.target.index(),
                        ByteSize.of(candidate.sizeBytes),
                        ByteSize.of(saving),
                        percent),
                evidence)
            .fixedBy(ReindexConcurrently.TYPE));
  }

  private static double figure(Map<String, Double> figures, String column) {
    return figures.getOrDefault(column, 0.0);
  }
}
