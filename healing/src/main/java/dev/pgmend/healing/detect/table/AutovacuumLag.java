// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.detect.index.IndexBloat;
import dev.pgmend.healing.detect.statistics.StaleStatistics;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.TuneAutovacuum;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table whose dead rows autovacuum does not keep up with: it is off for the table, or its
 * threshold, {@code autovacuum_vacuum_threshold + autovacuum_vacuum_scale_factor * rows}, was
 * passed by a factor.
 *
 * @see <a href="https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM">The
 *     autovacuum daemon</a>
 */
@AutoService(Detector.class)
public final class AutovacuumLag implements Detector {
  public static final String NAME = "AutovacuumLag";

  static final Threshold<Long> MIN_DEAD_ROWS =
      Threshold.count(
          NAME, "minDeadRows", 10_000, "The table must have at least this many dead rows.");

  static final Threshold<Double> MIN_FACTOR =
      Threshold.ratio(
          NAME,
          "minFactor",
          2,
          "Dead rows must exceed autovacuum's own threshold for the table by this factor.");

  static final Threshold<Long> MIN_HOLDER_AGE =
      Threshold.count(
          NAME,
          "minHeldBackXids",
          10_000,
          "A session, slot or standby that needs rows older than this many transactions counts as holding vacuum back.");

  /** Findings that follow if autovacuum does not visit a table; it also analyzes. */
  private static final Set<String> CAUSED =
      Set.of(TableBloat.NAME, IndexBloat.NAME, StaleStatistics.NAME);

  /** Above this many rows the usual scale factor lets dead rows pile up for too long. */
  private static final double LARGE_ROWS = 1e7;

  /** Rows changed between two vacuums of a large table, in the end. */
  private static final double ROWS_BETWEEN = 1e6;

  private static final String SQL =
      """
      SELECT * FROM (
        SELECT n.nspname, c.relname, s.n_dead_tup, s.n_live_tup,
               coalesce(o.threshold, current_setting('autovacuum_vacuum_threshold')::float8)
                 + coalesce(o.scale, current_setting('autovacuum_vacuum_scale_factor')::float8)
                   * greatest(c.reltuples, s.n_live_tup) AS line,
               coalesce(o.scale, current_setting('autovacuum_vacuum_scale_factor')::float8),
               NOT coalesce(o.enabled, true) AS off_for_table,
               NOT current_setting('autovacuum')::bool AS off_for_all,
               coalesce(to_char(greatest(s.last_vacuum, s.last_autovacuum) AT TIME ZONE 'UTC',
                                'YYYY-MM-DD HH24:MI:SS'), ''),
               coalesce(o.replaced, ''),
               EXISTS (SELECT 1 FROM pg_stat_progress_vacuum p WHERE p.relid = c.oid)
          FROM pg_stat_user_tables s
          JOIN pg_class c ON c.oid = s.relid
          JOIN pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN LATERAL (
                 SELECT max(v) FILTER (WHERE k = 'autovacuum_vacuum_threshold')::float8 AS threshold,
                        max(v) FILTER (WHERE k = 'autovacuum_vacuum_scale_factor')::float8 AS scale,
                        max(v) FILTER (WHERE k = 'autovacuum_enabled')::bool AS enabled,
                        string_agg(k || '=' || v, ',' ORDER BY k) FILTER (
                          WHERE k IN ('autovacuum_vacuum_scale_factor', 'autovacuum_enabled'))
                          AS replaced
                   FROM unnest(c.reloptions) r(option),
                        LATERAL (SELECT split_part(option, '=', 1), split_part(option, '=', 2)) x(k, v)
               ) o
         WHERE c.relkind IN ('r', 'm') AND s.n_dead_tup >= ? AND %s
      ) lag
       WHERE n_dead_tup > CASE WHEN off_for_table OR off_for_all THEN 1 ELSE ? END * line
       ORDER BY n_dead_tup DESC
       LIMIT 50
      """
          .formatted(UserObjects.own("c"));

  private record Lag(
      String schema,
      String table,
      long dead,
      long live,
      double line,
      double scale,
      boolean offForTable,
      boolean offForAll,
      String last,
      String replaced,
      boolean running) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            Autovacuum does not keep up with a table's dead rows. The table and its indexes
            grow, and scans read dead rows.
            """)
        .measurement(
            """
            `n_dead_tup` is compared with autovacuum's own threshold for the table:
            `autovacuum_vacuum_threshold` plus `autovacuum_vacuum_scale_factor` times its rows,
            with the table's own options.
            """)
        .severity(
            """
            A warning. Information while a vacuum of the table is running and nothing holds it
            back.
            """)
        .thresholds(MIN_DEAD_ROWS, MIN_FACTOR, MIN_HOLDER_AGE)
        .evidence("deadRows", "rows", "dead rows")
        .evidence("liveRows", "rows", "live rows")
        .evidence("thresholdRows", "rows", "autovacuum's threshold for the table")
        .evidence("scaleFactor", "factor", "scale factor in force")
        .evidence("lastVacuum", "time (UTC)", "when it was last vacuumed, or `never`")
        .evidence(
            TuneAutovacuum.DISABLED, "true or false", "whether autovacuum is off for the table")
        .evidence(
            TuneAutovacuum.PROPOSED_SCALE,
            "factor",
            "a better scale factor, for a table of more than ten million rows")
        .evidence(
            TuneAutovacuum.REPLACED_OPTIONS,
            "text",
            "options of the table that the repair would overwrite")
        .evidence(VacuumHorizon.EVIDENCE)
        .repairs(TuneAutovacuum.TYPE)
        .remedy(
            """
            Vacuum the table now and set its autovacuum options. If something holds vacuum back,
            no repair is proposed: end the named session, prepared transaction or slot first. If
            autovacuum is off for the whole server, see [SettingMismatch](SettingMismatch.md).
            """)
        .reproduction(
            """
            SELECT relname, n_dead_tup, n_live_tup, last_vacuum, last_autovacuum
              FROM pg_stat_user_tables ORDER BY n_dead_tup DESC LIMIT 20;
            """)
        .limits(
            """
            The counters are estimates, and are lost in a crash. At most 50 tables of a database
            are reported.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var lags =
        inspection
            .session()
            .query(
                SQL,
                row ->
                    new Lag(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getDouble(5),
                        row.getDouble(6),
                        row.getBoolean(7),
                        row.getBoolean(8),
                        row.getString(9),
                        row.getString(10),
                        row.getBoolean(11)),
                thresholds.get(MIN_DEAD_ROWS),
                thresholds.get(MIN_FACTOR));
    if (lags.isEmpty()) {
      return List.of();
    }
    // Rows that became dead lately are rightly still there; only an older holder matters.
    var holder = VacuumHorizon.holder(inspection.session(), thresholds.get(MIN_HOLDER_AGE));
    return lags.stream().map(lag -> finding(inspection.database(), lag, holder)).toList();
  }

  private static Finding finding(String database, Lag lag, Optional<VacuumHorizon.Holder> holder) {
    var evidence = new HashMap<String, String>();
    evidence.put("deadRows", Long.toString(lag.dead));
    evidence.put("liveRows", Long.toString(lag.live));
    evidence.put("thresholdRows", Long.toString(Math.round(lag.line)));
    evidence.put("scaleFactor", Double.toString(lag.scale));
    evidence.put("lastVacuum", lag.last.isEmpty() ? "never" : lag.last);
    evidence.put(TuneAutovacuum.DISABLED, Boolean.toString(lag.offForTable));
    evidence.put(TuneAutovacuum.REPLACED_OPTIONS, lag.replaced);
    if (lag.live >= LARGE_ROWS && lag.scale > ROWS_BETWEEN / lag.live) {
      evidence.put(
          TuneAutovacuum.PROPOSED_SCALE, Double.toString(rounded(ROWS_BETWEEN / lag.live)));
    }
    holder.ifPresent(h -> evidence.putAll(h.evidence()));
    return new Finding(
            NAME,
            // One that is at work already only needs its time.
            lag.running && holder.isEmpty() ? Severity.INFO : Severity.WARNING,
            Target.table(database, lag.schema, lag.table),
            "%s.%s: %,d dead rows beside %,d live ones, %.1f times autovacuum's threshold, last vacuumed %s%s%s"
                .formatted(
                    lag.schema,
                    lag.table,
                    lag.dead,
                    lag.live,
                    lag.dead / Math.max(1, lag.line),
                    lag.last.isEmpty() ? "never" : lag.last + " UTC",
                    off(lag),
                    holder.map(h -> "; " + h.sentence()).orElse("")),
            evidence)
        .fixedBy(TuneAutovacuum.TYPE, holder.isEmpty());
  }

  private static String off(Lag lag) {
    if (lag.offForTable) {
      return "; autovacuum is off for it";
    }
    return lag.offForAll ? "; autovacuum is off" : "";
  }

  private static double rounded(double factor) {
    return Math.max(0.0001, Math.round(factor * 10_000) / 10_000.0);
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return CAUSED.contains(other.detector())
        && own.target().database().equals(other.target().database())
        && own.target().qualifiedRelation().equals(other.target().qualifiedRelation());
  }
}
