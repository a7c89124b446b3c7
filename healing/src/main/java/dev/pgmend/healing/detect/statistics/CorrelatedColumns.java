package dev.pgmend.healing.detect.statistics;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.trust.UntrustedCode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Two columns that depend on each other, such as a town and its postcode: the planner, which
 * multiplies the shares of both, expects far too few rows where both are asked for, and then picks
 * plans that are only good for few.
 *
 * <p>Which columns are asked for together, statements and indexes tell; how often values occur
 * together, a part of the table; what the planner makes of them, EXPLAIN. Where it is wrong by a
 * factor, statistics on both columns together help, or more detailed ones if there are some.
 *
 * @see <a href="https://www.postgresql.org/docs/current/planner-stats.html#PLANNER-STATS-EXTENDED">
 *     Extended statistics</a>
 */
@AutoService(Detector.class)
public final class CorrelatedColumns implements Detector {
  public static final String NAME = "CorrelatedColumns";

  /** Evidence: the statistics object that is there, quoted; absent if there is none. */
  public static final String STATISTICS = "statistics";

  /** Evidence: whether the statistics object holds anything yet. */
  public static final String FILLED = "filled";

  /** Evidence: the target that was set for the statistics object, and the one that would help. */
  public static final String TARGET = "statisticsTarget";

  public static final String PROPOSED_TARGET = "proposedTarget";

  private static final double MIN_ERROR_FACTOR = 10;
  private static final double MIN_ROWS = 100;
  private static final double MIN_TABLE_ROWS = 10_000;
  private static final long READ_BYTES = 64 * ByteSize.MB;
  private static final long PAGE = 8 * ByteSize.KB;
  private static final long PAGES_PER_SAMPLE = 1_000;
  private static final int MAX_WIDTH_BYTES = 200;
  private static final int MAX_TARGET = 1_000;

  /** After so many changes what ANALYZE saw explains a wrong estimate better. */
  private static final double CHANGED_SHARE = 0.1;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var session = inspection.session();
    var thresholds = inspection.thresholds();
    var pairs =
        new ColumnPairs(inspection, thresholds.number(NAME + ".minTableRows", MIN_TABLE_ROWS))
            .read();
    var facts = ColumnFacts.read(session, pairs);
    var budget = thresholds.bytes(NAME + ".readBytes", READ_BYTES);
    var findings = new ArrayList<Finding>();
    var unreadable = new ArrayList<ColumnPair>();
    var untrusted = UntrustedCode.read(session);
    var notRead = new LinkedHashMap<Target, String>();
    for (var pair : pairs) {
      var code = untrusted.behind(pair.table());
      if (code.isPresent()) {
        notRead.put(Target.table(inspection.database(), pair.schema(), pair.name()), code.get());
        continue;
      }
      var first = facts.get(new ColumnFacts.Column(pair.table(), pair.first()));
      var second = facts.get(new ColumnFacts.Column(pair.table(), pair.second()));
      if (first == null || second == null) {
        // Dropped meanwhile.
        continue;
      }
      if (!first.readable() || !second.readable()) {
        unreadable.add(pair);
        continue;
      }
      if (inspection.deadline().passed()) {
        throw new SQLException("the time was spent before all columns were read");
      }
      var bytes = Math.min(PAGES_PER_SAMPLE, first.pages()) * PAGE;
      if (bytes <= budget
          && mayBeWrong(thresholds, first, second)
          && !wasRight(inspection, pair, first)) {
        budget -= bytes;
        judge(inspection, pair, first).ifPresent(findings::add);
      }
    }
    if (!unreadable.isEmpty()) {
      findings.add(notReadable(inspection, unreadable));
    }
    notRead.forEach((table, code) -> findings.add(DetectorFailure.untrusted(NAME, table, code)));
    return findings;
  }

  /** The factor can't be larger than the share of either column's value is small. */
  private static boolean mayBeWrong(Thresholds thresholds, ColumnFacts first, ColumnFacts second) {
    var factor = thresholds.number(NAME + ".minErrorFactor", MIN_ERROR_FACTOR);
    var minRows = thresholds.number(NAME + ".minRows", MIN_ROWS);
    return Math.min(first.distinct(), second.distinct()) >= factor
        && Math.min(first.topRows(), second.topRows()) >= minRows
        && Math.max(first.widthBytes(), second.widthBytes()) <= MAX_WIDTH_BYTES
        && first.changedRows() <= CHANGED_SHARE * first.tableRows();
  }

  /** Until the next ANALYZE the planner stays as right as it was. */
  private static boolean wasRight(Inspection inspection, ColumnPair pair, ColumnFacts facts) {
    return inspection
        .memory()
        .kept(rightName(inspection, pair))
        .filter(Long.toString(facts.analyses())::equals)
        .isPresent();
  }

  private static String rightName(Inspection inspection, ColumnPair pair) {
    return "%s.right %s %d (%s)"
        .formatted(NAME, inspection.database(), pair.table(), Identifiers.quoteAll(pair.columns()));
  }

  private static Optional<Finding> judge(Inspection inspection, ColumnPair pair, ColumnFacts facts)
      throws SQLException {
    var session = inspection.session();
    var thresholds = inspection.thresholds();
    var sample = PairSample.take(session, pair, facts.pages(), PAGES_PER_SAMPLE);
    var minRows = thresholds.number(NAME + ".minRows", MIN_ROWS);
    var worst = sample.worst(session, pair, facts.tableRows(), minRows);
    if (worst.error() < thresholds.number(NAME + ".minErrorFactor", MIN_ERROR_FACTOR)) {
      inspection.memory().keep(rightName(inspection, pair), Long.toString(facts.analyses()));
      return Optional.empty();
    }
    var statistics = ExtendedStatistics.of(session, pair);
    var evidence = evidence(pair, sample, worst);
    statistics.ifPresent(present -> evidence.putAll(evidence(present)));
    return Optional.of(
        new Finding(
            NAME,
            pair.isInStatement() ? Severity.WARNING : Severity.INFO,
            Target.columns(inspection.database(), pair.schema(), pair.name(), pair.columns()),
            "%s.%s: of (%s) together the planner expects %,d rows where there are %,d; %s"
                .formatted(
                    pair.schema(),
                    pair.name(),
                    String.join(", ", pair.columns()),
                    worst.estimatedRows(),
                    worst.actualRows(),
                    statistics
                        .map(CorrelatedColumns::shortcoming)
                        .orElse("no statistics cover both")),
            evidence));
  }

  private static String shortcoming(ExtendedStatistics statistics) {
    return statistics.filled()
        ? "%s has too little detail at target %d".formatted(statistics.name(), statistics.target())
        : statistics.name() + " was never filled by ANALYZE";
  }

  private static Map<String, String> evidence(
      ColumnPair pair, PairSample sample, PairSample.Estimate worst) {
    var evidence = new HashMap<String, String>();
    evidence.put("estimatedRows", Long.toString(worst.estimatedRows()));
    evidence.put("actualRows", Long.toString(worst.actualRows()));
    evidence.put("errorFactor", String.format(Locale.ROOT, "%.0f", worst.error()));
    evidence.put("sampledRows", Long.toString(sample.rows()));
    evidence.put("distinctPairs", Long.toString(sample.distinctPairs()));
    evidence.put("distinctProduct", Long.toString(sample.distinctProduct()));
    evidence.put(
        "dependencyPercent", String.format(Locale.ROOT, "%.1f", 100 * sample.dependency()));
    if (pair.isInStatement()) {
      evidence.put("statement", pair.statement());
    }
    return evidence;
  }

  private static Map<String, String> evidence(ExtendedStatistics statistics) {
    var evidence = new HashMap<String, String>();
    evidence.put(STATISTICS, statistics.quotedName());
    evidence.put(FILLED, Boolean.toString(statistics.filled()));
    evidence.put(TARGET, Integer.toString(statistics.ownTarget()));
    if (statistics.filled() && statistics.target() < MAX_TARGET) {
      evidence.put(
          PROPOSED_TARGET,
          Integer.toString(Math.min(MAX_TARGET, 10 * Math.max(1, statistics.target()))));
    }
    return evidence;
  }

  private static Finding notReadable(Inspection inspection, List<ColumnPair> pairs) {
    var tables =
        pairs.stream().map(pair -> Identifiers.quote(pair.schema(), pair.name())).distinct();
    var grant =
        "GRANT SELECT ON %s TO %s"
            .formatted(
                String.join(", ", tables.limit(10).toList()),
                Identifiers.quote(inspection.session().spec().user()));
    return new Finding(
        NAME,
        Severity.INFO,
        Target.object(inspection.database(), "privilege", "SELECT"),
        "Whether columns depend on each other can't be seen without reading them: " + grant,
        Map.of("grant", grant));
  }
}
