// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.google.auto.service.AutoService;
import dev.pgmend.healing.baseline.Baseline;
import dev.pgmend.healing.baseline.Trend;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A statement that takes longer than it usually does at this hour of the week, or that has become
 * slower day by day. Other detectors find the cause; this one reports that there is something to
 * look for.
 *
 * @see Baseline
 */
@AutoService(Detector.class)
public final class StatementSlowdown implements Detector {
  public static final String NAME = "StatementSlowdown";

  static final Threshold<Duration> MAX_WINDOW =
      Threshold.duration(
          NAME,
          "maxWindow",
          Duration.ofMinutes(15),
          "The median over this long is compared with what is usual.");

  static final Threshold<Double> MIN_SCORE =
      Threshold.ratio(
          NAME,
          "minScore",
          3.5,
          "The time must differ by at least this many robust standard deviations (MAD).");

  static final Threshold<Double> MIN_FACTOR =
      Threshold.ratio(
          NAME,
          "minFactor",
          2,
          "The statement must take at least this many times longer than usual.");

  static final Threshold<Long> MIN_SHARE_PERCENT =
      Threshold.percent(
          NAME,
          "minSharePercent",
          5,
          "The statement must take at least this share of the database's execution time.");

  static final Threshold<Long> MIN_CALLS =
      Threshold.count(
          NAME,
          "minCalls",
          3,
          "The statement must have run at least this often between two inspections.");

  static final Threshold<Long> MIN_TREND_PERCENT =
      Threshold.percent(
          NAME,
          "minTrendPercent",
          20,
          "A daily trend is reported once the statement has become slower by this much in total.");

  /** Evidence, as pg_stat_statements has it. */
  static final String QUERY_ID = "queryId";

  private static final double MAX_TREND_PROBABILITY = 0.01;
  private static final int MAX_STATEMENTS = 50;
  private static final int SHOWN = 200;

  /** A smaller change in the time of a call goes unnoticed. */
  private static final double UNIT_MS = 0.05;

  /** The times of a database's statements, by queryid. */
  @JsonAutoDetect(fieldVisibility = Visibility.ANY)
  private static final class Times implements Memory.Lasting {
    private Map<Long, Baseline> byQueryId = new HashMap<>();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A statement takes longer than is usual at this hour of the week, or becomes slower
            day by day.
            """)
        .measurement(
            """
            The mean time of each statement between two inspections, from `pg_stat_statements`,
            is compared with the median of the same hour of the week (before that is known, of
            all hours), in robust standard deviations (MAD). A trend over days is tested by
            Mann-Kendall and measured by the Theil-Sen slope.
            """)
        .severity("A warning if it is slower than usual, information if it only has a trend.")
        .thresholds(
            MAX_WINDOW, MIN_SCORE, MIN_FACTOR, MIN_SHARE_PERCENT, MIN_CALLS, MIN_TREND_PERCENT)
        .evidence("statement", "SQL", "the statement, the first 200 characters")
        .evidence(QUERY_ID, "number", "its `queryid` in pg_stat_statements")
        .evidence("sharePercent", "percent", "its share of the database's execution time")
        .evidence("ms", "milliseconds", "mean time of a call now")
        .evidence("usualMs", "milliseconds", "what is usual")
        .evidence("factor", "factor", "the one divided by the other")
        .evidence("robustScore", "score", "difference in robust standard deviations")
        .evidence("comparedWith", "count", "earlier values that it was compared with")
        .evidence("seasonal", "true or false", "whether they are of the same hour of the week")
        .evidence("trendPercentPerDay", "percent", "how much slower it becomes each day")
        .evidence("trendDays", "days", "over how many days")
        .remedy(
            """
            Look for the cause: [PlanRegression](PlanRegression.md),
            [AutovacuumLag](AutovacuumLag.md), [BlockingSession](BlockingSession.md), more data,
            or a slower disk. `./pgmend advise` shows what holds statements back.
            """)
        .reproduction(
            """
            SELECT queryid, calls, mean_exec_time, left(query, 80)
              FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 20;
            """)
        .limits(
            """
            Without the extension pg_stat_statements nothing is seen. Statements that ran fewer
            than `minCalls` times between two inspections are left out, and so are all but the
            50 that take the most time.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var work = StatementWork.sinceLast(inspection, NAME).orElse(List.of());
    var times =
        inspection.memory().part(NAME + "/" + inspection.database(), Times.class, Times::new);
    synchronized (times) {
      return look(inspection, times.byQueryId, work);
    }
  }

  private static List<Finding> look(
      Inspection inspection, Map<Long, Baseline> byQueryId, List<StatementWork> work)
      throws SQLException {
    var thresholds = inspection.thresholds();
    var window = thresholds.get(MAX_WINDOW);
    var now = inspection.now();
    var slower = new ArrayList<Slower>();
    for (var one : work.stream().limit(MAX_STATEMENTS).toList()) {
      var baseline = byQueryId.computeIfAbsent(one.queryId(), _ -> new Baseline(UNIT_MS));
      if (one.calls() >= thresholds.get(MIN_CALLS)) {
        baseline.add(now, one.meanMs());
      }
      var deviation = baseline.deviation(now, window).filter(d -> isSlower(thresholds, one, d));
      var trend = baseline.trend().filter(t -> isRising(thresholds, t));
      if (deviation.isPresent() || trend.isPresent()) {
        slower.add(new Slower(one, deviation, trend));
      }
    }
    Memory.keepLatest(byQueryId, 2 * MAX_STATEMENTS, Baseline::last);
    var texts =
        StatementWork.texts(inspection, slower.stream().map(s -> s.work.queryId()).toList());
    return slower.stream()
        .filter(one -> texts.containsKey(one.work.queryId()))
        .map(one -> finding(inspection, one, shown(texts, one.work.queryId())))
        .toList();
  }

  private record Slower(
      StatementWork work, Optional<Baseline.Deviation> deviation, Optional<Trend> trend) {}

  private static boolean isSlower(
      Thresholds thresholds, StatementWork work, Baseline.Deviation deviation) {
    return deviation.score() >= thresholds.get(MIN_SCORE)
        && deviation.factor() >= thresholds.get(MIN_FACTOR)
        && work.sharePercent() >= thresholds.get(MIN_SHARE_PERCENT);
  }

  private static boolean isRising(Thresholds thresholds, Trend trend) {
    return trend.probability() <= MAX_TREND_PROBABILITY
        && trend.percent() >= thresholds.get(MIN_TREND_PERCENT);
  }

  private static Finding finding(Inspection inspection, Slower slower, String text) {
    var evidence = new HashMap<String, String>();
    evidence.put("statement", text);
    evidence.put(QUERY_ID, Long.toString(slower.work.queryId()));
    evidence.put("sharePercent", Figures.of(slower.work.sharePercent()));
    var words = new ArrayList<String>();
    slower.deviation.ifPresent(deviation -> {
      evidence.put("ms", millis(deviation.value()));
      evidence.put("usualMs", millis(deviation.usual()));
      evidence.put("factor", Figures.of(deviation.factor()));
      evidence.put("robustScore", Figures.of(deviation.score()));
      evidence.put("comparedWith", Integer.toString(deviation.samples()));
      evidence.put("seasonal", Boolean.toString(deviation.seasonal()));
      words.add(
          "%s ms where %s ms are usual%s"
              .formatted(
                  millis(deviation.value()),
                  millis(deviation.usual()),
                  deviation.seasonal() ? " at this hour of the week" : ""));
    });
    slower.trend.ifPresent(trend -> {
      evidence.put("trendPercentPerDay", Figures.of(trend.percentPerDay()));
      evidence.put("trendDays", Long.toString(trend.days()));
      words.add(
          "%.1f%% slower every day for %d days".formatted(trend.percentPerDay(), trend.days()));
    });
    return new Finding(
        NAME,
        slower.deviation.isPresent() ? Severity.WARNING : Severity.INFO,
        Target.object(inspection.database(), "statement", Long.toString(slower.work.queryId())),
        "%s; %s".formatted(String.join("; ", words), text),
        evidence);
  }

  private static String shown(Map<Long, String> texts, long queryId) {
    var line = texts.getOrDefault(queryId, "").replaceAll("\\s+", " ").strip();
    return line.substring(0, Math.min(SHOWN, line.length()));
  }

  private static String millis(double ms) {
    return String.format(Locale.ROOT, "%.3f", ms);
  }
}
