// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.repair.Analyze;
import dev.pgmend.healing.repair.CreateStatistics;
import dev.pgmend.healing.repair.SetStatisticsTarget;
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
 * multiplies the shares of both, expects far too few rows if both are filtered, and then picks
 * plans that are only good for few rows.
 *
 * <p>Statements and indexes show which columns are used together. A sample of the table shows how
 * often their values occur together, and EXPLAIN shows what the planner expects. If its estimate is
 * wrong by a factor, statistics on both columns help, or more detailed ones if some exist.
 *
 * @see <a href="https://www.postgresql.org/docs/current/planner-stats.html#PLANNER-STATS-EXTENDED">
 *     Extended statistics</a>
 */
@AutoService(Detector.class)
public final class CorrelatedColumns implements Detector {
  public static final String NAME = "CorrelatedColumns";

  static final Threshold<Double> MIN_ERROR_FACTOR =
      Threshold.ratio(
          NAME,
          "minErrorFactor",
          10,
          "The planner's row estimate must be wrong by at least this factor.");

  static final Threshold<Long> MIN_ROWS =
      Threshold.count(
          NAME, "minRows", 100, "The pair of values must occur in at least this many rows.");

  static final Threshold<Long> MIN_TABLE_ROWS =
      Threshold.count(NAME, "minTableRows", 10_000, "The table must have at least this many rows.");

  static final Threshold<Long> MAX_READ =
      Threshold.bytes(
          NAME,
          "maxRead",
          64 * ByteSize.MB,
          "One inspection of a database samples at most this much of tables.");

  private static final String FILLED = "filled";

  private static final long PAGE = 8 * ByteSize.KB;
  private static final long PAGES_PER_SAMPLE = 1_000;
  private static final int MAX_WIDTH_BYTES = 200;
  private static final int MAX_TARGET = 1_000;

  /** After this share of changes, outdated statistics explain a wrong estimate better. */
  private static final double CHANGED_SHARE = 0.1;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            Two columns depend on each other, such as city and postcode, and the planner does
            not know. It expects far too few rows when a query asks for both, and picks plans
            that are only good for few rows.
            """)
        .measurement(
            """
            Statements and indexes show which columns are asked for together. A sample of the
            table shows how often values occur together, and EXPLAIN shows what the planner
            expects. A pair is reported if the planner is wrong by `minErrorFactor`.
            """)
        .severity(
            """
            A warning if a statement of `pg_stat_statements` compares both columns. Information
            if only an index has both.
            """)
        .thresholds(MIN_ERROR_FACTOR, MIN_ROWS, MIN_TABLE_ROWS, MAX_READ)
        .evidence("estimatedRows", "rows", "what the planner expects")
        .evidence("actualRows", "rows", "what the sample shows")
        .evidence("errorFactor", "factor", "the one divided by the other")
        .evidence("sampledRows", "rows", "rows of the sample")
        .evidence("distinctPairs", "count", "different pairs in the sample")
        .evidence(
            "distinctProduct", "count", "pairs there would be if the columns were independent")
        .evidence("dependencyPercent", "percent", "how far the first column determines the second")
        .evidence("statement", "SQL", "a statement that compares both")
        .evidence(SetStatisticsTarget.STATISTICS, "text", "the statistics object that exists")
        .evidence(FILLED, "true or false", "whether ANALYZE has filled it")
        .evidence(SetStatisticsTarget.TARGET, "count", "its statistics target; -1 is the default")
        .evidence(SetStatisticsTarget.PROPOSED_TARGET, "count", "the target that would help")
        .evidence("grant", "SQL", "what to run so that pgmend can read the columns")
        .repairs(CreateStatistics.TYPE, SetStatisticsTarget.TYPE, Analyze.TYPE)
        .remedy(
            """
            Create extended statistics on both columns. If there are some, fill them with
            ANALYZE, or raise their statistics target.
            """)
        .reproduction(
            """
            EXPLAIN ANALYZE SELECT * FROM address WHERE city = 'Bern' AND postcode = '3000';
            -- compare the estimated with the actual rows
            SELECT * FROM pg_stats_ext WHERE tablename = 'address';
            """)
        .limits(
            """
            Only pairs of columns of one table are compared, and only equality. This role needs
            SELECT on the columns; if it lacks it, that is reported. Tables that changed much
            since ANALYZE are left to [StaleStatistics](StaleStatistics.md).
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException, InspectionException {
    var session = inspection.session();
    var thresholds = inspection.thresholds();
    var pairs = new ColumnPairs(inspection, thresholds.get(MIN_TABLE_ROWS)).read();
    var facts = ColumnFacts.read(session, pairs);
    var budget = thresholds.get(MAX_READ);
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
        throw InspectionException.outOfTime("all columns were sampled");
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
    var factor = thresholds.get(MIN_ERROR_FACTOR);
    var minRows = thresholds.get(MIN_ROWS);
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
    var minRows = thresholds.get(MIN_ROWS);
    var worst = sample.worst(session, pair, facts.tableRows(), minRows);
    if (worst.error() < thresholds.get(MIN_ERROR_FACTOR)) {
      inspection.memory().keep(rightName(inspection, pair), Long.toString(facts.analyses()));
      return Optional.empty();
    }
    var statistics = ExtendedStatistics.of(session, pair);
    var evidence = evidence(pair, sample, worst);
    statistics.ifPresent(present -> evidence.putAll(evidence(present)));
    var finding =
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
            evidence);
    return Optional.of(repair(statistics).map(finding::fixedBy).orElse(finding));
  }

  /** None if even the largest target is not detailed enough. */
  private static Optional<String> repair(Optional<ExtendedStatistics> statistics) {
    if (statistics.isEmpty()) {
      return Optional.of(CreateStatistics.TYPE);
    }
    if (!statistics.get().filled()) {
      return Optional.of(Analyze.TYPE);
    }
    return statistics.get().target() < MAX_TARGET
        ? Optional.of(SetStatisticsTarget.TYPE)
        : Optional.empty();
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
    evidence.put(SetStatisticsTarget.STATISTICS, statistics.quotedName());
    evidence.put(FILLED, Boolean.toString(statistics.filled()));
    evidence.put(SetStatisticsTarget.TARGET, Integer.toString(statistics.ownTarget()));
    if (statistics.filled() && statistics.target() < MAX_TARGET) {
      evidence.put(
          SetStatisticsTarget.PROPOSED_TARGET,
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
