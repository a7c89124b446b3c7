package dev.pgmend.healing.detect.index;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.catalog.PageReadings;
import dev.pgmend.healing.detect.catalog.Pgstattuple;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
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

  private static final double MIN_SAVING_PERCENT = 50;
  private static final long MIN_SAVING_BYTES = 10 * ByteSize.MB;
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

  /** What a rebuild would leave, and how we know. */
  private record Estimate(double rebuiltBytes, String method, Map<String, String> evidence) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var candidates = candidates(inspection);
    var pages = pages(inspection);
    pages.refresh(candidates.stream().filter(c -> !c.locked).map(Candidate::pages).toList());
    return candidates.stream().flatMap(c -> look(inspection, pages, c).stream()).toList();
  }

  /** Only the one in question is read, though it may have been a moment ago. */
  @Override
  public Optional<Finding> lookAgain(Inspection inspection, Finding known) throws SQLException {
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
    return Pgstattuple.of(inspection, NAME, "pgstatindex", COLUMNS);
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
            inspection.thresholds().bytes(NAME + ".minSavingBytes", MIN_SAVING_BYTES));
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
    if (saving < thresholds.bytes(NAME + ".minSavingBytes", MIN_SAVING_BYTES)
        || percent < thresholds.number(NAME + ".minSavingPercent", MIN_SAVING_PERCENT)) {
      return Optional.empty();
    }
    var evidence = new HashMap<>(estimate.evidence);
    evidence.put("method", estimate.method);
    evidence.put("sizeBytes", Long.toString(candidate.sizeBytes));
    evidence.put("rebuiltBytes", Long.toString((long) estimate.rebuiltBytes));
    evidence.put("savingBytes", Long.toString(saving));
    evidence.put("savingPercent", Figures.of(percent));
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
            evidence));
  }

  private static double figure(Map<String, Double> figures, String column) {
    return figures.getOrDefault(column, 0.0);
  }
}
