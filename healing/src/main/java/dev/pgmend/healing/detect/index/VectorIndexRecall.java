package dev.pgmend.healing.detect.index;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.detect.index.NearestNeighbours.Answer;
import dev.pgmend.healing.detect.setting.ProposedSetting;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.trust.UntrustedCode;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An approximate index of pgvector that misses too many of the nearest neighbours: nothing fails
 * and nothing is slow, only the answers are wrong.
 *
 * <p>For a sample of the stored vectors the ten nearest are looked for by reading the table and
 * through the index, as thoroughly as a session of this database does ({@code hnsw.ef_search},
 * {@code ivfflat.probes}; what an application sets for itself is not seen). Where too few are
 * found, more thorough searches are tried, and the least that is enough is proposed for the
 * database, with what it costs. Where none is enough, the index is rebuilt, once: its lists or
 * links are of data that is no longer there.
 *
 * <p>A search of a large table takes long. Each inspection does as many as fit its time, at least
 * one, and the next goes on.
 */
@AutoService(Detector.class)
public final class VectorIndexRecall implements Detector {
  public static final String NAME = "VectorIndexRecall";

  /** Evidence: that the index is worth rebuilding. */
  public static final String REBUILD = "rebuild";

  /** Evidence: the schema of the extension that brings the setting, unquoted. */
  public static final String EXTENSION_SCHEMA = "extensionSchema";

  private static final String EXTENSION = "vector";

  private static final double MIN_RECALL = 0.95;
  private static final double MIN_ROWS = 1_000;
  private static final double SEARCHES = 20;
  private static final double SECONDS = 5;
  private static final long MAX_TABLE_BYTES = 16 * ByteSize.GB;
  private static final Duration STANDS = Duration.ofDays(1);

  /** Of the rows; with more of them new, it is another index. */
  private static final double NEW_SHARE = 0.1;

  /** A measured time is taken to be off by as much. */
  private static final double TIME_MARGIN = 1.5;

  /** What is known of a database's indexes. */
  private static final class Known {
    private final Map<Target, Recall> byIndex = new HashMap<>();
  }

  /** How one index answers, as far as it was asked. */
  private static final class Recall {
    private final VectorIndex index;
    private final long thoroughness;
    private final Instant since;

    /** The last one was rebuilt for this, and it did not help. */
    private final boolean rebuilt;

    private final List<Probe> probes = new ArrayList<>();
    private final Map<Long, List<Answer>> more = new LinkedHashMap<>();

    Recall(VectorIndex index, long thoroughness, Instant since, boolean rebuilt) {
      this.index = index;
      this.thoroughness = thoroughness;
      this.since = since;
      this.rebuilt = rebuilt;
    }

    boolean isOf(VectorIndex now, long thoroughnessNow, Instant at) {
      return now.fileNode() == index.fileNode()
          && thoroughnessNow == thoroughness
          && Math.abs(now.rows() - index.rows()) <= NEW_SHARE * index.rows()
          && at.isBefore(since.plus(STANDS));
    }

    double share() {
      return share(probes.stream().map(Probe::answer).toList());
    }

    private static double share(List<Answer> answers) {
      return answers.stream().mapToDouble(Answer::found).sum()
          / Math.max(1, answers.stream().mapToDouble(Answer::wanted).sum());
    }

    private static double ms(List<Answer> answers) {
      return answers.stream().mapToDouble(Answer::ms).average().orElse(0);
    }
  }

  /** A row that was searched for, and what the index found as it is used. */
  private record Probe(String ctid, List<Double> exact, Answer answer) {}

  /** A more thorough search that is enough. */
  private record Remedy(long thoroughness, double share, double slower) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var schema = inspection.facts().schemaOf(EXTENSION);
    if (schema.isEmpty()) {
      return List.of();
    }
    var thresholds = inspection.thresholds();
    var seconds = thresholds.number(NAME + ".seconds", SECONDS);
    return detect(inspection, (long) (seconds * 1e9));
  }

  /** What was just mended is not taken for mended before it was measured. */
  @Override
  public Optional<Finding> lookAgain(Inspection inspection, Finding known) throws SQLException {
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
      var indexes = VectorIndex.read(inspection, thresholds.number(NAME + ".minRows", MIN_ROWS));
      known.byIndex.keySet().retainAll(indexes.stream().map(VectorIndex::target).toList());
      var untrusted = UntrustedCode.read(inspection.session());
      for (var index : indexes) {
        var unseen =
            unseen(thresholds, index)
                .or(() ->
                    untrusted
                        .behind(index.table())
                        .map(code -> DetectorFailure.untrusted(NAME, index.target(), code)));
        if (unseen.isPresent()) {
          findings.put(index.target(), unseen.get());
          continue;
        }
        var recall = recall(inspection, index, known.byIndex.get(index.target()));
        known.byIndex.put(index.target(), recall);
        measure(inspection, recall, end);
        if (recall.probes.size() >= searches(thresholds)
            && recall.share() < minRecall(thresholds)) {
          var finding = finding(inspection, recall, remedy(inspection, recall, end));
          findings.merge(
              finding.target(), finding, (one, other) -> more(one) >= more(other) ? one : other);
        }
      }
    }
    return List.copyOf(findings.values());
  }

  private static Optional<Finding> unseen(Thresholds thresholds, VectorIndex index) {
    if (index.locked()) {
      return Optional.of(DetectorFailure.locked(NAME, index.target()));
    }
    if (!index.readable()) {
      return Optional.of(
          DetectorFailure.of(NAME, index.target(), "the role may not read all rows of the table"));
    }
    var most = thresholds.bytes(NAME + ".maxTableBytes", MAX_TABLE_BYTES);
    return index.tableBytes() > most
        ? Optional.of(
            DetectorFailure.of(
                NAME,
                index.target(),
                "one exact search would read %s (%s.maxTableBytes)"
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

  private static void measure(Inspection inspection, Recall recall, long end) throws SQLException {
    var left = searches(inspection.thresholds()) - recall.probes.size();
    if (left <= 0) {
      return;
    }
    var neighbours = new NearestNeighbours(inspection.session(), recall.index);
    for (var ctid : neighbours.sample(left)) {
      if (!neighbours.usable(ctid)) {
        return;
      }
      var exact = neighbours.exactly(ctid);
      if (exact.size() > 1) {
        recall.probes.add(
            new Probe(ctid, exact, neighbours.through(ctid, exact, recall.thoroughness)));
      }
      if (System.nanoTime() > end) {
        return;
      }
    }
  }

  /** The least thorough search that finds enough; what was tried is not tried again. */
  private static Optional<Remedy> remedy(Inspection inspection, Recall recall, long end)
      throws SQLException {
    var neighbours = new NearestNeighbours(inspection.session(), recall.index);
    var most = recall.index.most();
    for (var value = recall.thoroughness; value < most; ) {
      value = Math.min(2 * value, most);
      var answers = recall.more.get(value);
      if (answers == null) {
        answers = new ArrayList<>();
        for (var probe : recall.probes) {
          answers.add(neighbours.through(probe.ctid, probe.exact, value));
        }
        recall.more.put(value, answers);
      }
      var share = Recall.share(answers);
      if (share >= minRecall(inspection.thresholds())) {
        var before = Recall.ms(recall.probes.stream().map(Probe::answer).toList());
        return Optional.of(new Remedy(value, share, Recall.ms(answers) / before));
      }
      if (System.nanoTime() > end) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Finding finding(Inspection inspection, Recall recall, Optional<Remedy> remedy)
      throws SQLException {
    var index = recall.index;
    var parameter = index.method().parameter();
    var evidence = new HashMap<String, String>();
    evidence.put("index", index.target().toString());
    evidence.put("recall", share(recall.share()));
    evidence.put("searches", Integer.toString(recall.probes.size()));
    evidence.put(parameter, Long.toString(recall.thoroughness));
    evidence.put("rows", Long.toString(index.rows()));
    evidence.put("sizeBytes", Long.toString(index.sizeBytes()));
    recall.more.forEach(
        (value, answers) -> evidence.put("recallAt" + value, share(Recall.share(answers))));
    if (index.lists() > 0) {
      evidence.put("lists", Long.toString(index.lists()));
      evidence.put("advisedLists", Long.toString(advisedLists(index.rows())));
    }
    evidence.put(EXTENSION_SCHEMA, inspection.facts().extensions().getOrDefault(EXTENSION, ""));
    var tried = recall.thoroughness >= index.most() || recall.more.containsKey(index.most());
    var rebuild = remedy.isEmpty() && tried && !recall.rebuilt;
    evidence.put(REBUILD, Boolean.toString(rebuild));
    remedy.ifPresent(better -> {
      evidence.put("expectedRecall", share(better.share));
      evidence.put(
          Finding.ACCEPTED_SLOWDOWN_PERCENT,
          Long.toString(Math.round(100 * Math.max(0, better.slower * TIME_MARGIN - 1))));
    });
    if (remedy.isPresent()) {
      evidence.putAll(
          ProposedSetting.forDatabase(
              inspection.session(), parameter, Long.toString(remedy.get().thoroughness)));
    }
    return new Finding(
        NAME,
        Severity.WARNING,
        remedy.isPresent() ? Target.parameter(inspection.database(), parameter) : index.target(),
        "%s finds %.0f%% of the nearest neighbours at %s = %d; %s"
            .formatted(
                index.target(),
                100 * recall.share(),
                parameter,
                recall.thoroughness,
                remedy
                    .map(better ->
                        "%.0f%% at %d, where a search takes %.1f times as long"
                            .formatted(100 * better.share, better.thoroughness, better.slower))
                    .orElse(
                        rebuild
                            ? "no more thorough search finds enough"
                            : recall.rebuilt
                                ? "rebuilt to no avail: " + advice(index)
                                : "more thorough searches are being tried")),
        evidence);
  }

  private static String advice(VectorIndex index) {
    return index.method() == VectorIndex.Method.IVFFLAT
        ? "make it with lists = %d".formatted(advisedLists(index.rows()))
        : "make it with larger m and ef_construction";
  }

  /** As pgvector's manual advises: a thousandth of the rows up to a million, then the root. */
  private static long advisedLists(long rows) {
    return Math.max(1, rows <= 1_000_000 ? rows / 1000 : Math.round(Math.sqrt((double) rows)));
  }

  private static long more(Finding finding) {
    return finding.evidenceLong(ProposedSetting.VALUE);
  }

  private static int searches(Thresholds thresholds) {
    return (int) thresholds.number(NAME + ".searches", SEARCHES);
  }

  private static double minRecall(Thresholds thresholds) {
    return thresholds.number(NAME + ".minRecall", MIN_RECALL);
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.3f", share);
  }
}
