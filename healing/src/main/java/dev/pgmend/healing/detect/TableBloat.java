package dev.pgmend.healing.detect;

import com.google.auto.service.AutoService;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * A table of which much is dead rows or free space. Dead rows vacuum turns into free space, which
 * new rows then fill; free space alone only a rewrite gives back to the disk, and it is told as
 * information, since a table that breathes will need it again.
 *
 * <p>Measured by pgstattuple_approx, which skips pages that the visibility map calls clean, where
 * the extension is there and the table is small enough to read; elsewhere by the counters of dead
 * and live rows.
 *
 * @see <a href="https://www.postgresql.org/docs/current/pgstattuple.html">pgstattuple</a>
 */
@AutoService(Detector.class)
public final class TableBloat implements Detector {
  public static final String NAME = "TableBloat";

  /** Whether vacuum would mend it. */
  public static final String DEAD_ROWS = "mostlyDeadRows";

  private static final double MIN_PERCENT = 50;
  private static final long MIN_BYTES = 8 * ByteSize.MB;

  /** What became dead lately is rightly still there; somebody older than that is in the way. */
  private static final double HELD_BACK_XIDS = 10_000;

  private static final long MAX_READ_BYTES = 512 * ByteSize.MB;

  /** Most of what could be bloat: only tables that change can be. */
  private static final String CANDIDATES =
      """
      SELECT c.oid, n.nspname, c.relname, %2$s, s.n_dead_tup, s.n_live_tup, %3$s
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_stat_user_tables s ON s.relid = c.oid
       WHERE c.relkind IN ('r', 'm')
         AND s.n_tup_upd + s.n_tup_del > 0
         AND %2$s >= ?
         AND %1$s
       ORDER BY s.n_dead_tup::float8 / (s.n_live_tup + s.n_dead_tup + 1) DESC, 4 DESC
       LIMIT 200
      """
          .formatted(UserObjects.own("c"), UserObjects.bytes("c"), UserObjects.locked("c"));

  private record Candidate(
      long oid,
      String schema,
      String table,
      long bytes,
      long deadRows,
      long liveRows,
      boolean locked) {}

  private record Measure(double deadPercent, double freePercent, String method) {
    double percent() {
      return deadPercent + freePercent;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var minPercent = thresholds.number(NAME + ".minPercent", MIN_PERCENT);
    var minBytes = thresholds.bytes(NAME + ".minBytes", MIN_BYTES);
    var budget = thresholds.bytes(NAME + ".maxReadBytes", MAX_READ_BYTES);
    var heldBackXids = (long) thresholds.number(NAME + ".heldBackXids", HELD_BACK_XIDS);
    var holder = VacuumHorizon.holder(inspection.session(), heldBackXids);
    var findings = new ArrayList<Finding>();
    for (var candidate : candidates(inspection, minBytes)) {
      if (inspection.deadline().passed()) {
        throw new SQLException("the time was spent before all tables were read");
      }
      if (candidate.locked) {
        findings.add(
            Unseen.locked(
                NAME, Target.table(inspection.database(), candidate.schema, candidate.table)));
        continue;
      }
      Optional<Measure> measure = Optional.empty();
      if (candidate.bytes <= budget) {
        measure = byReading(inspection, candidate);
        budget -= measure.isPresent() ? candidate.bytes : 0;
      }
      var measured = measure.orElseGet(() -> byCounters(candidate));
      var wasted = Math.round(candidate.bytes * measured.percent() / 100);
      if (measured.percent() >= minPercent && wasted >= minBytes) {
        findings.add(finding(inspection.database(), candidate, measured, wasted, holder));
      }
    }
    return findings;
  }

  private static List<Candidate> candidates(Inspection inspection, long minBytes)
      throws SQLException {
    return inspection
        .session()
        .query(
            CANDIDATES,
            row ->
                new Candidate(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6),
                    row.getBoolean(7)),
            minBytes);
  }

  private static Optional<Measure> byReading(Inspection inspection, Candidate candidate)
      throws SQLException {
    var schema = inspection.facts().schemaOf("pgstattuple");
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    var function = schema.get() + ".pgstattuple_approx(regclass)";
    var allowed =
        inspection
            .session()
            .queryOne(
                "SELECT has_function_privilege(to_regprocedure(?), 'EXECUTE')",
                row -> row.getBoolean(1),
                function);
    if (!allowed) {
      return Optional.empty();
    }
    return inspection
        .session()
        .queryFirst(
            """
            SELECT dead_tuple_percent, approx_free_percent
              FROM pg_class c, %s.pgstattuple_approx(c.oid::regclass)
             WHERE c.oid = ?
            """
                .formatted(schema.get()),
            row -> new Measure(row.getDouble(1), row.getDouble(2), "pgstattuple"),
            candidate.oid);
  }

  private static Measure byCounters(Candidate candidate) {
    var rows = Math.max(1, candidate.deadRows + candidate.liveRows);
    return new Measure(100.0 * candidate.deadRows / rows, 0, "counters");
  }

  private static Finding finding(
      String database,
      Candidate candidate,
      Measure measure,
      long wasted,
      Optional<VacuumHorizon.Holder> holder) {
    var mostlyDead = measure.deadPercent >= measure.freePercent;
    var evidence = new HashMap<String, String>();
    evidence.put("sizeBytes", Long.toString(candidate.bytes));
    evidence.put("wastedBytes", Long.toString(wasted));
    evidence.put("wastedPercent", Figures.of(measure.percent()));
    evidence.put("deadPercent", Figures.of(measure.deadPercent));
    evidence.put("freePercent", Figures.of(measure.freePercent));
    evidence.put("method", measure.method);
    evidence.put(DEAD_ROWS, Boolean.toString(mostlyDead));
    holder.ifPresent(h -> evidence.putAll(h.evidence()));
    if (!mostlyDead) {
      evidence.put("advice", "new rows will fill it; pg_repack or VACUUM FULL would give it back");
    }
    return new Finding(
        NAME,
        mostlyDead ? Severity.WARNING : Severity.INFO,
        Target.table(database, candidate.schema, candidate.table),
        "%s.%s: %s of its %s hold nothing (%s%% dead rows, %s%% free), by %s%s"
            .formatted(
                candidate.schema,
                candidate.table,
                ByteSize.of(wasted),
                ByteSize.of(candidate.bytes),
                Figures.of(measure.deadPercent),
                Figures.of(measure.freePercent),
                measure.method,
                holder.map(h -> "; " + h.sentence()).orElse("")),
        evidence);
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return other.detector().equals(IndexBloat.NAME)
        && own.target().database().equals(other.target().database())
        && own.target().qualifiedRelation().equals(other.target().qualifiedRelation());
  }
}
