package dev.pgmend.healing.detect.statistics;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.detect.workload.PlanRegression;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
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

  private static final double BASE = 50;
  private static final double SCALE = 0.1;
  private static final double FALLEN_BEHIND = 2;

  /** Autovacuum looks once a minute, and is not behind before it could have come. */
  private static final double FALLEN_BEHIND_MINUTES = 5;

  private static final double MIN_ROWS = 1_000;

  private static final String SQL =
      """
      SELECT n.nspname, c.relname, s.n_mod_since_analyze, s.n_live_tup, s.last_any,
             NOT s.on_by_table OR NOT current_setting('autovacuum')::bool,
             s.last_any < clock_timestamp() - ? * interval '1 minute', s.relid
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
         AND s.n_mod_since_analyze > ? + ? * s.n_live_tup
         AND %s
       ORDER BY s.n_mod_since_analyze::float8 / greatest(s.n_live_tup, 1) DESC
      """
          .formatted(UserObjects.own("c"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var base = thresholds.number(NAME + ".base", BASE);
    var scale = thresholds.number(NAME + ".scale", SCALE);
    var factor = thresholds.number(NAME + ".fallenBehindFactor", FALLEN_BEHIND);
    var minutes = thresholds.number(NAME + ".fallenBehindMinutes", FALLEN_BEHIND_MINUTES);
    var minRows = thresholds.number(NAME + ".minRows", MIN_ROWS);
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
              var longAgo =
                  never ? knownFor(inspection, row.getLong(8), minutes) : row.getBoolean(7);
              var behind = longAgo && modified > factor * (base + scale * live);
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
                      autovacuumOff ? "off" : "on"));
            },
            minutes,
            minRows,
            base,
            scale);
  }

  /** Postgres does not tell when a table was made, so one counts from when it was first seen. */
  private static boolean knownFor(Inspection inspection, long table, double minutes) {
    var name = "%s/%s/%d".formatted(NAME, inspection.database(), table);
    var since = inspection.memory().unchangedSince(name, "never", inspection.now());
    return Duration.between(since, inspection.now()).toMillis() >= minutes * 60_000;
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return other.detector().equals(PlanRegression.NAME) && own.target().equals(other.target());
  }
}
