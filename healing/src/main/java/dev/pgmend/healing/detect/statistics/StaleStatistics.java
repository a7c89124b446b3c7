// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.detect.workload.PlanRegression;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Analyze;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A table that changed much since it was last analysed, so that the planner works on what it was.
 *
 * <p>The rule is autovacuum's own, {@code 50 + 0.1 n} changed rows; a table at that line is about
 * to be analysed by the server anyway, so it is worth a warning only where autovacuum is off for it
 * or has fallen behind the line by a factor.
 */
@AutoService(Detector.class)
public final class StaleStatistics implements Detector {
  public static final String NAME = "StaleStatistics";

  static final Threshold<Long> MIN_MODIFIED_ROWS =
      Threshold.count(
          NAME,
          "minModifiedRows",
          50,
          "At least this many rows must have changed, in addition to the share of minModifiedPercent.");

  static final Threshold<Long> MIN_MODIFIED_PERCENT =
      Threshold.percent(
          NAME,
          "minModifiedPercent",
          10,
          "At least this share of the table's rows must have changed.");

  static final Threshold<Double> WARN_FACTOR =
      Threshold.ratio(
          NAME, "warnFactor", 2, "It is a warning if this many times more rows have changed.");

  static final Threshold<Duration> WARN_DELAY =
      Threshold.duration(
          NAME,
          "warnDelay",
          Duration.ofMinutes(5),
          "It is a warning only if autovacuum has not come for this long; it looks once a minute.");

  static final Threshold<Long> MIN_ROWS =
      Threshold.count(NAME, "minRows", 1_000, "The table must have at least this many rows.");

  private static final String SQL =
      """
      SELECT n.nspname, c.relname, s.n_mod_since_analyze, s.n_live_tup, s.last_any,
             NOT s.on_by_table OR NOT current_setting('autovacuum')::bool,
             s.last_any < clock_timestamp() - ? * interval '1 second', s.relid
        FROM (SELECT relid, n_mod_since_analyze, n_live_tup,
                     greatest(last_analyze, last_autoanalyze) AS last_any,
                     coalesce((SELECT split_part(o, '=', 2)::bool
                                 FROM pg_class k, unnest(k.reloptions) o
                                WHERE k.oid = relid AND o LIKE 'autovacuum_enabled=%%'), true)
                       AS on_by_table
                FROM pg_stat_user_tables) s
        JOIN pg_class c ON c.oid = s.relid
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r'
         AND s.n_live_tup >= ?
         AND s.n_mod_since_analyze > ? + ? * s.n_live_tup / 100.0
         AND %s
       ORDER BY s.n_mod_since_analyze::float8 / greatest(s.n_live_tup, 1) DESC
      """
          .formatted(UserObjects.own("c"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A table changed much since it was last analyzed. The planner works with what the
            table was, and may pick bad plans.
            """)
        .measurement(
            """
            `n_mod_since_analyze` is compared with the same rule as autovacuum's:
            `minModifiedRows` plus `minModifiedPercent` of the live rows.
            """)
        .severity(
            """
            A warning if autovacuum is off for the table, or if `warnFactor` times more rows
            changed and the last ANALYZE is older than `warnDelay`. Information otherwise:
            autovacuum will come soon.
            """)
        .thresholds(MIN_MODIFIED_ROWS, MIN_MODIFIED_PERCENT, WARN_FACTOR, WARN_DELAY, MIN_ROWS)
        .evidence("modifiedRows", "rows", "rows changed since the last ANALYZE")
        .evidence("liveRows", "rows", "rows of the table")
        .evidence("lastAnalyze", "time", "when it was last analyzed, or `never`")
        .evidence("autovacuum", "text", "`on` or `off` for this table")
        .repairs(Analyze.TYPE)
        .remedy(
            """
            Analyze the table. If autovacuum is off for it, turn it on; if it comes too late,
            lower `autovacuum_analyze_scale_factor` of the table.
            """)
        .reproduction(
            """
            SELECT relname, n_mod_since_analyze, n_live_tup, last_analyze, last_autoanalyze
              FROM pg_stat_user_tables ORDER BY n_mod_since_analyze DESC LIMIT 20;
            """)
        .limits(
            """
            The counters are lost in a crash. Partitioned tables themselves, which autovacuum
            never analyzes, are not reported.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var base = thresholds.get(MIN_MODIFIED_ROWS);
    var scale = thresholds.get(MIN_MODIFIED_PERCENT);
    var factor = thresholds.get(WARN_FACTOR);
    var delay = thresholds.get(WARN_DELAY);
    var minRows = thresholds.get(MIN_ROWS);
    return inspection
        .session()
        .query(
            SQL,
            row -> {
              var modified = row.getLong(3);
              var live = row.getLong(4);
              var last = row.getString(5);
              var never = row.wasNull();
              var autovacuumOff = row.getBoolean(6);
              var longAgo = never ? knownFor(inspection, row.getLong(8), delay) : row.getBoolean(7);
              var behind = longAgo && modified > factor * (base + scale * live / 100.0);
              return new Finding(
                      NAME,
                      autovacuumOff || behind ? Severity.WARNING : Severity.INFO,
                      Target.table(inspection.database(), row.getString(1), row.getString(2)),
                      "%s.%s: %,d of %,d rows changed since it was %s%s"
                          .formatted(
                              row.getString(1),
                              row.getString(2),
                              modified,
                              live,
                              never ? "made, never analysed" : "last analysed",
                              autovacuumOff ? "; autovacuum is off for it" : ""),
                      Map.of(
                          "modifiedRows",
                          Long.toString(modified),
                          "liveRows",
                          Long.toString(live),
                          "lastAnalyze",
                          never ? "never" : last,
                          "autovacuum",
                          autovacuumOff ? "off" : "on"))
                  .fixedBy(Analyze.TYPE);
            },
            delay.toMillis() / 1000.0,
            minRows,
            base,
            scale);
  }

  /** Postgres does not record when a table was created, so its age counts from the first sight. */
  private static boolean knownFor(Inspection inspection, long table, Duration delay) {
    var name = "%s/%s/%d".formatted(NAME, inspection.database(), table);
    var since = inspection.memory().unchangedSince(name, "never", inspection.now());
    return Duration.between(since, inspection.now()).toMillis() >= delay.toMillis();
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return other.detector().equals(PlanRegression.NAME) && own.target().equals(other.target());
  }
}
