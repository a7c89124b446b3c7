// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.PageReadings;
import dev.pgmend.healing.detect.catalog.Pgstattuple;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.detect.index.IndexBloat;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Vacuum;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table with many dead rows or much free space. Vacuum turns dead rows into free space for new
 * rows. Only a rewrite returns free space to the disk; free space is reported as information,
 * because a table that shrinks and grows will need it again.
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

  static final Threshold<Long> MIN_WASTED_PERCENT =
      Threshold.percent(
          NAME,
          "minWastedPercent",
          50,
          "At least this share of the table must be dead rows or free space.");

  static final Threshold<Long> MIN_WASTED =
      Threshold.bytes(
          NAME,
          "minWasted",
          8 * ByteSize.MB,
          "At least this much space must be dead rows or free space.");

  static final Threshold<Long> MIN_HOLDER_AGE =
      Threshold.count(
          NAME,
          "minHeldBackXids",
          10_000,
          "A session, slot or standby that needs rows older than this many transactions counts as holding vacuum back.");

  static final Threshold<Long> MAX_READ =
      Threshold.bytes(
          NAME,
          "maxRead",
          Pgstattuple.MAX_READ_BYTES,
          "One inspection of a database reads at most about this much of tables.");

  static final Threshold<Long> MAX_OBJECT_SIZE =
      Threshold.bytes(
          NAME,
          "maxObjectSize",
          Pgstattuple.MAX_OBJECT_BYTES,
          "A larger table is not read; the counters of dead and live rows are used instead.");

  private static final String DEAD_ROWS = "mostlyDeadRows";

  private static final List<String> COLUMNS = List.of("dead_tuple_percent", "approx_free_percent");

  /** Only tables that change can be bloated; the largest share of dead rows comes first. */
  private static final String CANDIDATES =
      """
      SELECT c.oid, n.nspname, c.relname, %2$s, s.n_dead_tup, s.n_live_tup, %3$s,
             pg_relation_filenode(c.oid),
             greatest(%2$s - c.relallvisible * current_setting('block_size')::bigint, 0),
             c.reltuples, s.n_tup_ins + s.n_tup_upd + s.n_tup_del,
             s.vacuum_count + s.autovacuum_count
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
      Target target,
      long bytes,
      long deadRows,
      long liveRows,
      boolean locked,
      PageReadings.Pages pages) {}

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
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            Much of a table is dead rows or free space. Scans read pages that hold nothing, and
            caches keep them.
            """)
        .measurement(
            """
            If the extension pgstattuple is installed and the table is not larger than
            `maxObjectSize`, pgmend calls `pgstattuple_approx`, which skips pages that the
            visibility map calls clean. Otherwise it uses the counters of dead and live rows of
            `pg_stat_user_tables`. Only tables with updates or deletes are measured, at most
            200, the worst first.
            """)
        .severity(
            """
            A warning if most of it is dead rows. Information if most of it is free space, which
            new rows will fill.
            """)
        .thresholds(MIN_WASTED_PERCENT, MIN_WASTED, MIN_HOLDER_AGE, MAX_READ, MAX_OBJECT_SIZE)
        .evidence("sizeBytes", "bytes", "size of the table")
        .evidence("wastedBytes", "bytes", "dead rows and free space")
        .evidence("wastedPercent", "percent", "the same as a share of the table")
        .evidence("deadPercent", "percent", "share of dead rows")
        .evidence("freePercent", "percent", "share of free space")
        .evidence("method", "text", "`pgstattuple` or `counters`")
        .evidence(DEAD_ROWS, "true or false", "whether vacuum would help")
        .evidence("advice", "text", "what to do about free space")
        .evidence(VacuumHorizon.EVIDENCE)
        .repairs(Vacuum.TYPE)
        .remedy(
            """
            Vacuum turns dead rows into free space that new rows use. If something holds vacuum
            back, no repair is proposed: fix that first. Only a rewrite (`pg_repack`, or `VACUUM
            FULL`, which locks the table) gives free space back to the disk.
            """)
        .reproduction(
            """
            SELECT relname, n_dead_tup, n_live_tup FROM pg_stat_user_tables ORDER BY n_dead_tup DESC LIMIT 20;
            SELECT dead_tuple_percent, approx_free_percent FROM pgstattuple_approx('public.orders');
            """)
        .limits(
            """
            TOAST tables are not measured apart from their table. Without pgstattuple, free
            space is not seen at all.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException, InspectionException {
    var candidates = candidates(inspection);
    var pages = pages(inspection);
    pages.refresh(candidates.stream().filter(c -> !c.locked).map(Candidate::pages).toList());
    var holder = holder(inspection);
    return candidates.stream().flatMap(c -> look(inspection, pages, c, holder).stream()).toList();
  }

  /** Only the one in question is read, though it may have been a moment ago. */
  @Override
  public Optional<Finding> lookAgain(Inspection inspection, Finding known)
      throws SQLException, InspectionException {
    var candidate =
        candidates(inspection).stream().filter(c -> c.target.equals(known.target())).findFirst();
    if (candidate.isEmpty()) {
      return Optional.empty();
    }
    var pages = pages(inspection);
    if (!candidate.get().locked) {
      pages.readAgain(candidate.get().pages);
    }
    return DetectorFailure.again(
        known, look(inspection, pages, candidate.get(), holder(inspection)).stream().toList());
  }

  private static Pgstattuple pages(Inspection inspection) throws SQLException {
    return Pgstattuple.of(inspection, "pgstattuple_approx", COLUMNS, MAX_READ, MAX_OBJECT_SIZE);
  }

  private static Optional<Finding> look(
      Inspection inspection,
      Pgstattuple pages,
      Candidate candidate,
      Optional<VacuumHorizon.Holder> holder) {
    if (candidate.locked) {
      return Optional.of(DetectorFailure.locked(NAME, candidate.target));
    }
    var measure =
        pages
            .figures(candidate.pages)
            .map(TableBloat::byReading)
            .orElseGet(() -> byCounters(candidate));
    var wasted = Math.round(candidate.bytes * measure.percent() / 100);
    var thresholds = inspection.thresholds();
    return measure.percent() >= thresholds.get(MIN_WASTED_PERCENT)
            && wasted >= thresholds.get(MIN_WASTED)
        ? Optional.of(finding(candidate, measure, wasted, holder))
        : Optional.empty();
  }

  private static Optional<VacuumHorizon.Holder> holder(Inspection inspection) throws SQLException {
    return VacuumHorizon.holder(inspection.session(), inspection.thresholds().get(MIN_HOLDER_AGE));
  }

  private static List<Candidate> candidates(Inspection inspection) throws SQLException {
    return inspection
        .session()
        .query(
            CANDIDATES,
            row ->
                new Candidate(
                    Target.table(inspection.database(), row.getString(2), row.getString(3)),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6),
                    row.getBoolean(7),
                    new PageReadings.Pages(
                        row.getLong(1),
                        row.getLong(8),
                        row.getLong(9),
                        row.getDouble(10),
                        row.getLong(11),
                        row.getLong(12))),
            inspection.thresholds().get(MIN_WASTED));
  }

  private static Measure byReading(Map<String, Double> figures) {
    return new Measure(
        figures.getOrDefault("dead_tuple_percent", 0.0),
        figures.getOrDefault("approx_free_percent", 0.0),
        "pgstattuple");
  }

  private static Measure byCounters(Candidate candidate) {
    var rows = Math.max(1, candidate.deadRows + candidate.liveRows);
    return new Measure(100.0 * candidate.deadRows / rows, 0, "counters");
  }

  private static Finding finding(
      Candidate candidate, Measure measure, long wasted, Optional<VacuumHorizon.Holder> holder) {
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
      evidence.put(
          "advice", "new rows will fill it; pg_repack or VACUUM FULL would return it to the disk");
    }
    return new Finding(
            NAME,
            mostlyDead ? Severity.WARNING : Severity.INFO,
            candidate.target,
            "%s.%s: %s of its %s hold nothing (%s%% dead rows, %s%% free), by %s%s"
                .formatted(
                    candidate.target.schema(),
                    candidate.target.relation(),
                    ByteSize.of(wasted),
                    ByteSize.of(candidate.bytes),
                    Figures.of(measure.deadPercent),
                    Figures.of(measure.freePercent),
                    measure.method,
                    holder.map(h -> "; " + h.sentence()).orElse("")),
            evidence)
        .fixedBy(Vacuum.TYPE, mostlyDead && holder.isEmpty());
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return other.detector().equals(IndexBloat.NAME)
        && own.target().database().equals(other.target().database())
        && own.target().qualifiedRelation().equals(other.target().qualifiedRelation());
  }
}
