package dev.pgmend.healing.detect;

import com.google.auto.service.AutoService;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A B-tree index that a rebuild would make much smaller.
 *
 * <p>Measured, not estimated: pgstatindex reads the leaf pages' real density where the extension is
 * there, we may call it and the index is small enough to read. Elsewhere the index's bytes per
 * tuple are held against the best that was ever seen, the rule of pg_index_watch. The well-known
 * estimate from column widths is not used: deduplication (Postgres 13) made it wrong.
 */
@AutoService(Detector.class)
public final class IndexBloat implements Detector {
  public static final String NAME = "IndexBloat";

  private static final double MIN_SAVING_PERCENT = 50;
  private static final long MIN_SAVING_BYTES = 10 * ByteSize.MB;
  private static final long MAX_READ_BYTES = 2 * ByteSize.GB;
  private static final int PAGE_BYTES = 8192;

  private static final String CANDIDATES =
      """
      SELECT c.oid, n.nspname, t.relname, c.relname, %2$s, c.reltuples,
             coalesce((SELECT split_part(o, '=', 2)::int FROM unnest(c.reloptions) o
                        WHERE o LIKE 'fillfactor=%%'), 90),
             %3$s
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_am a ON a.oid = c.relam
       WHERE a.amname = 'btree'
         AND c.relkind = 'i'
         AND i.indisvalid
         AND NOT i.indisexclusion
         AND %2$s >= ?
         AND %1$s
       ORDER BY 5 DESC
      """
          .formatted(UserObjects.own("t"), UserObjects.bytes("c"), UserObjects.locked("c"));

  private record Candidate(
      long oid, Target target, long sizeBytes, double tuples, int fillfactor, boolean locked) {}

  /** What a rebuild would leave, and how we know. */
  private record Estimate(double rebuiltBytes, String method, Map<String, String> evidence) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var minBytes = inspection.thresholds().bytes(NAME + ".minSavingBytes", MIN_SAVING_BYTES);
    var maxRead = inspection.thresholds().bytes(NAME + ".maxReadBytes", MAX_READ_BYTES);
    var candidates =
        inspection
            .session()
            .query(
                CANDIDATES,
                row ->
                    new Candidate(
                        row.getLong(1),
                        Target.index(
                            inspection.database(),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4)),
                        row.getLong(5),
                        row.getDouble(6),
                        row.getInt(7),
                        row.getBoolean(8)),
                minBytes);
    var findings = new ArrayList<Finding>();
    var budget = maxRead;
    for (var candidate : candidates) {
      if (inspection.deadline().passed()) {
        // An index that was not read has not been seen to be well.
        throw new SQLException("the time was spent before all indexes were read");
      }
      if (candidate.locked) {
        findings.add(Unseen.locked(NAME, candidate.target));
        continue;
      }
      Optional<Estimate> estimate = Optional.empty();
      if (candidate.sizeBytes <= budget) {
        estimate = byReading(inspection, candidate);
        budget -= estimate.isPresent() ? candidate.sizeBytes : 0;
      }
      estimate
          .or(() -> byBestEverSeen(inspection, candidate))
          .flatMap(e -> judge(inspection, candidate, e))
          .ifPresent(findings::add);
    }
    return findings;
  }

  private static Optional<Estimate> byReading(Inspection inspection, Candidate candidate)
      throws SQLException {
    var schema = inspection.facts().schemaOf("pgstattuple");
    if (schema.isEmpty()
        || !inspection
            .session()
            .queryOne(
                "SELECT has_function_privilege(to_regprocedure(?), 'EXECUTE')",
                row -> row.getBoolean(1),
                schema.get() + ".pgstatindex(regclass)")) {
      return Optional.empty();
    }
    return inspection
        .session()
        .queryFirst(
            """
            SELECT leaf_pages, internal_pages, avg_leaf_density, leaf_fragmentation, empty_pages,
                   deleted_pages
              FROM %s.pgstatindex(?::oid::regclass)
            """
                .formatted(schema.get()),
            row -> {
              var leafPages = row.getLong(1);
              // An index without leaf entries has density NaN: a rebuild leaves one page.
              var density = Double.isNaN(row.getDouble(3)) ? 0 : row.getDouble(3);
              var rebuiltLeaves = leafPages * density / candidate.fillfactor;
              var shrink = leafPages == 0 ? 0 : rebuiltLeaves / leafPages;
              return new Estimate(
                  (2 + rebuiltLeaves + row.getLong(2) * shrink) * PAGE_BYTES,
                  "pgstatindex",
                  Map.of(
                      "leafDensityPercent", oneDecimal(density),
                      "leafFragmentationPercent", oneDecimal(row.getDouble(4)),
                      "emptyPages", row.getString(5),
                      "deletedPages", row.getString(6)));
            },
            candidate.oid);
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
                "bytesPerTuple", oneDecimal(bytesPerTuple),
                "bestBytesPerTuple", oneDecimal(best))));
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
    evidence.put("savingPercent", oneDecimal(percent));
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

  private static String oneDecimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
