// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.detect.setting.ProposedSetting;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.ReindexConcurrently;
import dev.pgmend.healing.repair.SetParameter;
import dev.pgmend.healing.trust.UntrustedCode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An approximate index of pgvector that misses too many of the nearest neighbours: nothing fails
 * and nothing is slow, but the answers are wrong.
 *
 * <p>It searches the ten nearest neighbours of a sample of vectors twice: by reading the table, and
 * through the index as thoroughly as a session of this database does ({@code hnsw.ef_search},
 * {@code ivfflat.probes}; settings of an application are not visible). If recall is too low, it
 * tries more thorough searches, and proposes the lowest sufficient value for the database, with its
 * cost. If no value is sufficient, the index is rebuilt once, because its lists or links describe
 * data that no longer exists.
 *
 * <p>A search of a large table takes long. Each inspection runs as many searches as its time
 * allows, at least one, and the next one continues.
 */
@AutoService(Detector.class)
public final class VectorIndexRecall implements Detector {
  public static final String NAME = "VectorIndexRecall";

  static final Threshold<Long> MIN_RECALL_PERCENT =
      Threshold.percent(
          NAME,
          "minRecallPercent",
          95,
          "An index that finds a smaller share of the true nearest neighbours is reported.");

  static final Threshold<Long> MIN_ROWS =
      Threshold.count(NAME, "minRows", 1_000, "The table must have at least this many rows.");

  static final Threshold<Long> MIN_SEARCHES =
      Threshold.count(
          NAME,
          "minSearches",
          20,
          "The recall is measured by this many searches before it is judged.");

  static final Threshold<Duration> MAX_TIME =
      Threshold.duration(
          NAME,
          "maxTime",
          Duration.ofSeconds(5),
          "One inspection of a database searches for about this long.");

  static final Threshold<Long> MAX_TABLE_SIZE =
      Threshold.bytes(
          NAME,
          "maxTableSize",
          16 * ByteSize.GB,
          "A larger table is not searched, because each exact search reads all of it.");

  private static final String EXTENSION = "vector";

  /** A measured time is taken to be off by as much. */
  private static final double TIME_MARGIN = 1.5;

  /** Measurements of a database's indexes. */
  private static final class Known {
    private final Map<Target, Recall> byIndex = new HashMap<>();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            An approximate index of pgvector misses too many of the true nearest neighbours.
            Nothing fails and nothing is slow, but the answers are wrong.
            """)
        .measurement(
            """
            For a sample of stored vectors pgmend finds the ten nearest neighbours twice:
            exactly, by reading the table, and through the index with the settings that a
            session of the database has (`hnsw.ef_search`, `ivfflat.probes`). The recall is the
            share that the index finds. If it is too low, larger settings are tried until one is
            enough.

            Each inspection searches for about `maxTime`, and the next one continues.
            """)
        .severity("Always a warning.")
        .thresholds(MIN_RECALL_PERCENT, MIN_ROWS, MIN_SEARCHES, MAX_TIME, MAX_TABLE_SIZE)
        .evidence("index", "text", "the index")
        .evidence("recall", "share", "share of the true neighbours that the index finds")
        .evidence("searches", "count", "searches that were made")
        .evidence("value", "count", "`hnsw.ef_search` or `ivfflat.probes` as it is now")
        .evidence("rows", "rows", "rows of the table")
        .evidence(ReindexConcurrently.SIZE_BYTES, "bytes", "size of the index")
        .evidence("recallAt<value>", "share", "recall with a larger setting that was tried")
        .evidence("expectedRecall", "share", "recall with the proposed setting")
        .evidence("lists", "count", "lists of an ivfflat index")
        .evidence(
            "advisedLists", "count", "lists that pgvector's manual advises for this many rows")
        .evidence(SetParameter.VECTOR_SCHEMA, "text", "schema of pgvector")
        .evidence(
            Finding.ACCEPTED_SLOWDOWN_PERCENT,
            "percent",
            "how much slower searches may become, because right answers matter more")
        .evidence(ProposedSetting.EVIDENCE)
        .repairs(SetParameter.TYPE, ReindexConcurrently.TYPE)
        .remedy(
            """
            If a larger setting is enough, it is set for the database; searches become slower by
            the factor in the summary. If none is enough, the index is rebuilt once. If that
            does not help either, create the index with more lists, or with larger `m` and
            `ef_construction`.
            """)
        .reproduction(
            """
            BEGIN;
            SET LOCAL enable_indexscan = off;  -- the exact answer
            SELECT id FROM items ORDER BY embedding <-> '[...]' LIMIT 10;
            SET LOCAL enable_indexscan = on;   -- the answer of the index
            SELECT id FROM items ORDER BY embedding <-> '[...]' LIMIT 10;
            ROLLBACK;
            """)
        .limits(
            """
            Settings that an application sets for itself are not seen. Stored vectors stand for
            real queries, whose distribution may differ. Tables larger than `maxTableSize`, or
            that this role cannot read, are reported as `DetectorFailed`.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var schema = inspection.facts().schemaOf(EXTENSION);
    if (schema.isEmpty()) {
      return List.of();
    }
    var thresholds = inspection.thresholds();
    return detect(inspection, thresholds.get(MAX_TIME).toNanos());
  }

  /** After a repair the index is measured anew before its finding is gone. */
  @Override
  public Optional<Finding> lookAgain(Inspection inspection, Finding known)
      throws SQLException, InspectionException {
    if (inspection.facts().schemaOf(EXTENSION).isEmpty()) {
      return Optional.empty();
    }
    var left = inspection.deadline().remaining().dividedBy(2).toNanos();
    return DetectorFailure.again(known, detect(inspection, left));
  }

  private static List<Finding> detect(Inspection inspection, long nanos) throws SQLException {
    var known =
        inspection.memory().part(NAME + "/" + inspection.database(), Known.class, Known::new);
    var thresholds = inspection.thresholds();
    var end = System.nanoTime() + nanos;
    var findings = new LinkedHashMap<Target, Finding>();
    synchronized (known) {
      var indexes = VectorIndex.read(inspection, thresholds.get(MIN_ROWS));
      known.byIndex.keySet().retainAll(indexes.stream().map(VectorIndex::target).toList());
      var untrusted = UntrustedCode.read(inspection.session());
      for (var index : indexes) {
        var failure =
            failure(thresholds, index)
                .or(() ->
                    untrusted
                        .behind(index.table())
                        .map(code -> DetectorFailure.untrusted(NAME, index.target(), code)));
        if (failure.isPresent()) {
          findings.put(index.target(), failure.get());
          continue;
        }
        var recall = recall(inspection, index, known.byIndex.get(index.target()));
        known.byIndex.put(index.target(), recall);
        recall.measure(inspection.session(), searches(thresholds), end);
        if (recall.probes.size() >= searches(thresholds)
            && recall.share() < minRecall(thresholds)) {
          var remedy = recall.remedy(inspection.session(), minRecall(thresholds), end);
          var finding = finding(inspection, recall, remedy);
          findings.merge(
              finding.target(), finding, (one, other) -> more(one) >= more(other) ? one : other);
        }
      }
    }
    return List.copyOf(findings.values());
  }

  private static Optional<Finding> failure(Thresholds thresholds, VectorIndex index) {
    if (index.locked()) {
      return Optional.of(DetectorFailure.locked(NAME, index.target()));
    }
    if (!index.readable()) {
      return Optional.of(
          DetectorFailure.of(NAME, index.target(), "this role cannot read all rows of the table"));
    }
    var maxBytes = thresholds.get(MAX_TABLE_SIZE);
    return index.tableBytes() > maxBytes
        ? Optional.of(
            DetectorFailure.of(
                NAME,
                index.target(),
                "one exact search would read %s (threshold %s.maxTableSize)"
                    .formatted(ByteSize.of(index.tableBytes()), NAME)))
        : Optional.empty();
  }

  private static Recall recall(Inspection inspection, VectorIndex index, @Nullable Recall before)
      throws SQLException {
    var thoroughness =
        inspection
            .session()
            .queryOne(
                "SELECT coalesce(nullif(current_setting(?, true), ''), ?)::bigint",
                row -> row.getLong(1),
                index.method().parameter(),
                Integer.toString(index.method().byDefault()));
    if (before != null && before.isOf(index, thoroughness, inspection.now())) {
      return before;
    }
    var rebuilt =
        before != null
            && (before.rebuilt || before.index.fileNode() != index.fileNode())
            && before.thoroughness == thoroughness;
    return new Recall(index, thoroughness, inspection.now(), rebuilt);
  }

  private static Finding finding(
      Inspection inspection, Recall recall, Optional<Recall.Remedy> remedy) throws SQLException {
    var index = recall.index;
    var parameter = index.method().parameter();
    var evidence = new HashMap<String, String>();
    evidence.put("index", index.target().toString());
    evidence.put("recall", share(recall.share()));
    evidence.put("searches", Integer.toString(recall.probes.size()));
    evidence.put("value", Long.toString(recall.thoroughness));
    evidence.put("rows", Long.toString(index.rows()));
    evidence.put(ReindexConcurrently.SIZE_BYTES, Long.toString(index.sizeBytes()));
    recall.more.forEach(
        (value, answers) -> evidence.put("recallAt" + value, share(Recall.share(answers))));
    if (index.lists() > 0) {
      evidence.put("lists", Long.toString(index.lists()));
      evidence.put("advisedLists", Long.toString(advisedLists(index.rows())));
    }
    // Only a session that loaded pgvector knows its settings.
    evidence.put(
        SetParameter.VECTOR_SCHEMA, inspection.facts().extensions().getOrDefault(EXTENSION, ""));
    var tried =
        recall.thoroughness >= index.maxThoroughness()
            || recall.more.containsKey(index.maxThoroughness());
    var rebuild = remedy.isEmpty() && tried && !recall.rebuilt;
    remedy.ifPresent(better -> {
      evidence.put("expectedRecall", share(better.share()));
      evidence.put(
          Finding.ACCEPTED_SLOWDOWN_PERCENT,
          Long.toString(Math.round(100 * Math.max(0, better.slower() * TIME_MARGIN - 1))));
    });
    if (remedy.isPresent()) {
      evidence.putAll(
          ProposedSetting.forDatabase(
              inspection.session(), parameter, Long.toString(remedy.get().thoroughness())));
    }
    var finding =
        new Finding(
            NAME,
            Severity.WARNING,
            remedy.isPresent()
                ? Target.parameter(inspection.database(), parameter)
                : index.target(),
            "%s finds %.0f%% of the nearest neighbours at %s = %d; %s"
                .formatted(
                    index.target(),
                    100 * recall.share(),
                    parameter,
                    recall.thoroughness,
                    remedy
                        .map(better ->
                            "%.0f%% at %d, where a search takes %.1f times as long"
                                .formatted(
                                    100 * better.share(), better.thoroughness(), better.slower()))
                        .orElse(
                            rebuild
                                ? "no more thorough search finds enough"
                                : recall.rebuilt
                                    ? "a rebuild did not help: " + advice(index)
                                    : "more thorough searches are being tried")),
            evidence);
    return remedy.isPresent()
        ? finding.fixedBy(SetParameter.TYPE)
        : finding.fixedBy(ReindexConcurrently.TYPE, rebuild);
  }

  private static String advice(VectorIndex index) {
    return index.method() == VectorIndex.Method.IVFFLAT
        ? "create it with lists = %d".formatted(advisedLists(index.rows()))
        : "create it with larger m and ef_construction";
  }

  /** As pgvector's manual advises: a thousandth of the rows up to a million, then the root. */
  private static long advisedLists(long rows) {
    return Math.max(1, rows <= 1_000_000 ? rows / 1000 : Math.round(Math.sqrt((double) rows)));
  }

  private static long more(Finding finding) {
    return finding.evidenceLong(SetParameter.VALUE);
  }

  private static int searches(Thresholds thresholds) {
    return Math.toIntExact(thresholds.get(MIN_SEARCHES));
  }

  private static double minRecall(Thresholds thresholds) {
    return thresholds.get(MIN_RECALL_PERCENT) / 100.0;
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.3f", share);
  }
}
