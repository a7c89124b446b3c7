package dev.pgmend.healing.detect.workload;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.google.auto.service.AutoService;
import dev.pgmend.healing.baseline.Baseline;
import dev.pgmend.healing.baseline.Trend;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
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
 * slower day by day. Why is for others to find; this says that there is something to look for.
 *
 * @see Baseline
 */
@AutoService(Detector.class)
public final class StatementSlowdown implements Detector {
  public static final String NAME = "StatementSlowdown";

  /** Evidence, as pg_stat_statements has it. */
  static final String QUERY_ID = "queryId";

  private static final double WINDOW_SECONDS = 900;
  private static final double MIN_SCORE = 3.5;
  private static final double MIN_FACTOR = 2;
  private static final double MIN_SHARE_PERCENT = 5;
  private static final double MIN_CALLS = 3;
  private static final double MIN_TREND_PERCENT = 20;
  private static final double MAX_TREND_PROBABILITY = 0.01;
  private static final int MOST_STATEMENTS = 50;
  private static final int SHOWN = 200;

  /** What a call may take more or less without anybody noticing. */
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
    var window =
        Duration.ofSeconds((long) thresholds.number(NAME + ".windowSeconds", WINDOW_SECONDS));
    var now = inspection.now();
    var slower = new ArrayList<Slower>();
    for (var one : work.stream().limit(MOST_STATEMENTS).toList()) {
      var baseline = byQueryId.computeIfAbsent(one.queryId(), _ -> new Baseline(UNIT_MS));
      if (one.calls() >= thresholds.number(NAME + ".minCalls", MIN_CALLS)) {
        baseline.add(now, one.meanMs());
      }
      var deviation = baseline.deviation(now, window).filter(d -> isSlower(thresholds, one, d));
      var trend = baseline.trend().filter(t -> isRising(thresholds, t));
      if (deviation.isPresent() || trend.isPresent()) {
        slower.add(new Slower(one, deviation, trend));
      }
    }
    Memory.keepLatest(byQueryId, 2 * MOST_STATEMENTS, Baseline::last);
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
    return deviation.score() >= thresholds.number(NAME + ".minScore", MIN_SCORE)
        && deviation.factor() >= thresholds.number(NAME + ".minFactor", MIN_FACTOR)
        && work.sharePercent() >= thresholds.number(NAME + ".minSharePercent", MIN_SHARE_PERCENT);
  }

  private static boolean isRising(Thresholds thresholds, Trend trend) {
    return trend.probability() <= MAX_TREND_PROBABILITY
        && trend.percent() >= thresholds.number(NAME + ".minTrendPercent", MIN_TREND_PERCENT);
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
