// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.google.auto.service.AutoService;
import dev.pgmend.healing.baseline.Baseline;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The server does much more of something than it usually does at this hour of the week, or much
 * less. Only ever a note: a busy day is no fault, but it is what one wants to know beside one.
 *
 * @see Baseline
 */
@AutoService(Detector.class)
public final class UnusualActivity implements Detector {
  public static final String NAME = "UnusualActivity";

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
          5,
          "The value must differ by at least this many robust standard deviations (MAD).");

  static final Threshold<Double> MIN_FACTOR =
      Threshold.ratio(
          NAME,
          "minFactor",
          2,
          "The value must be at least this many times larger or smaller than usual.");

  private static final String SQL =
      """
      SELECT d.*, (SELECT wal_bytes::bigint FROM pg_stat_wal),
             (SELECT count(*) FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND state <> 'idle'
                 AND pid <> pg_backend_pid())
        FROM (SELECT sum(xact_commit)::bigint, sum(xact_rollback)::bigint,
                     sum(blks_read)::bigint, sum(temp_bytes)::bigint
                FROM pg_stat_database) d
      """;

  /** Counters in the order of the query, with how much of each in a second is next to nothing. */
  private static final List<Rate> RATES =
      List.of(
          new Rate("commits", 1),
          new Rate("rollbacks", 1),
          new Rate("blocks read", 10),
          new Rate("bytes of temporary files", ByteSize.MB),
          new Rate("bytes of WAL", ByteSize.MB / 10.0));

  private static final String ACTIVE = "active sessions";
  private static final double ACTIVE_UNIT = 2;

  private record Rate(String what, double unit) {}

  /** Usual values by metric. */
  @JsonAutoDetect(fieldVisibility = Visibility.ANY)
  private static final class Usual implements Memory.Lasting {
    private Map<String, Baseline> byName = new TreeMap<>();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            The server does much more or much less of something than is usual at this hour of
            the week. A busy day is no fault, but it helps to know when you look for one.
            """)
        .measurement(
            """
            Commits, rollbacks, blocks read, temporary bytes and WAL per second, and active
            sessions, are compared with the median of the same hour of the week (before that is
            known, of all hours), in robust standard deviations (MAD).
            """)
        .severity("Always information.")
        .thresholds(MAX_WINDOW, MIN_SCORE, MIN_FACTOR)
        .evidence("value", "as the metric", "median over the last `maxWindow`")
        .evidence("usual", "as the metric", "median of what is usual")
        .evidence("robustScore", "score", "difference in robust standard deviations")
        .evidence("comparedWith", "count", "earlier values that it was compared with")
        .evidence("seasonal", "true or false", "whether they are of the same hour of the week")
        .remedy(
            """
            There is no repair. Look at other findings of the same time, and at recent
            deployments.
            """)
        .reproduction(
            """
            SELECT sum(xact_commit), sum(xact_rollback), sum(blks_read), sum(temp_bytes) FROM pg_stat_database;
            """)
        .limits(
            """
            It takes some hours until anything is known, and weeks until hours of the week are.
            Cumulative counters hide bursts shorter than an inspection interval.
            """)
        .build();
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var usual = inspection.memory().part(NAME, Usual.class, Usual::new);
    var now = inspection.now();
    var counters = new TreeMap<String, Long>();
    var active =
        inspection
            .session()
            .queryOne(
                SQL,
                row -> {
                  for (int i = 0; i < RATES.size(); i++) {
                    counters.put(RATES.get(i).what, row.getLong(i + 1));
                  }
                  return row.getDouble(RATES.size() + 1);
                });
    var growth = inspection.memory().growth(NAME, now, counters, Duration.ZERO);
    synchronized (usual) {
      var findings = new ArrayList<Finding>();
      note(inspection, usual, ACTIVE, ACTIVE_UNIT, active).ifPresent(findings::add);
      for (var rate : RATES) {
        growth
            .map(g -> g.perHour(rate.what) / Duration.ofHours(1).toSeconds())
            .flatMap(perSecond ->
                note(inspection, usual, rate.what + " per second", rate.unit, perSecond))
            .ifPresent(findings::add);
      }
      return findings;
    }
  }

  private static Optional<Finding> note(
      Inspection inspection, Usual usual, String what, double unit, double value) {
    var thresholds = inspection.thresholds();
    var window = thresholds.get(MAX_WINDOW);
    var minScore = thresholds.get(MIN_SCORE);
    var minFactor = thresholds.get(MIN_FACTOR);
    var baseline = usual.byName.computeIfAbsent(what, _ -> new Baseline(unit));
    baseline.add(inspection.now(), value);
    return baseline
        .deviation(inspection.now(), window)
        .filter(d -> Math.abs(d.score()) >= minScore)
        .filter(d -> Math.max(d.factor(), 1 / Math.max(d.factor(), 1e-9)) >= minFactor)
        .map(d -> finding(what, d));
  }

  private static Finding finding(String what, Baseline.Deviation deviation) {
    return new Finding(
        NAME,
        Severity.INFO,
        Target.object("metric", what),
        "%s: %s where %s are usual%s"
            .formatted(
                what,
                Figures.of(deviation.value()),
                Figures.of(deviation.usual()),
                deviation.seasonal() ? " at this hour of the week" : ""),
        Map.of(
            "value", Figures.of(deviation.value()),
            "usual", Figures.of(deviation.usual()),
            "robustScore", Figures.of(deviation.score()),
            "comparedWith", Integer.toString(deviation.samples()),
            "seasonal", Boolean.toString(deviation.seasonal())));
  }
}
