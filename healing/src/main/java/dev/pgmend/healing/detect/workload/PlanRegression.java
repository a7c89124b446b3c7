// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.plan.Planner;
import dev.pgmend.healing.repair.Analyze;
import dev.pgmend.healing.repair.Vacuum;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A statement that takes longer since its plan changed. This class keeps the history of plans and
 * times; {@link PlanExplanation} finds the reasons.
 *
 * <p>At each inspection it reads the plans of the statements that take the most time, and books the
 * time since the last inspection to the plan that was in use. It reports a statement if the new
 * plan's median lies outside the spread of an earlier plan's times (median and MAD of the
 * logarithms) and is slower by a factor. The finding stands until the plan is the old one again, or
 * as fast.
 *
 * <p>The plan is that of one and the same example of the statement, as pg_stat_activity once had it
 * with all its values; of a statement that was only seen with parameters, its generic plan.
 * Examples stay in memory and are never reported. Statements that write are left out, because
 * planning one locks its table as running it does.
 */
@AutoService(Detector.class)
public final class PlanRegression implements Detector {
  public static final String NAME = "PlanRegression";

  static final Threshold<Long> MIN_INTERVALS =
      Threshold.count(
          NAME,
          "minIntervals",
          5,
          "Both plans must have been in use over at least this many inspections.");

  static final Threshold<Long> MIN_CALLS =
      Threshold.count(
          NAME,
          "minCalls",
          5,
          "The statement must have run at least this often between two inspections.");

  static final Threshold<Double> MIN_FACTOR =
      Threshold.ratio(
          NAME, "minFactor", 1.5, "The new plan must take at least this many times longer.");

  static final Threshold<Double> MIN_SCORE =
      Threshold.ratio(
          NAME,
          "minScore",
          3.5,
          "The new time must differ by at least this many robust standard deviations (MAD).");

  static final Threshold<Long> MIN_SHARE_PERCENT =
      Threshold.percent(
          NAME,
          "minSharePercent",
          1,
          "The statement must take at least this share of the database's execution time.");

  static final Threshold<Long> MIN_HOLDER_AGE =
      Threshold.count(
          NAME,
          "minHeldBackXids",
          10_000,
          "A session, slot or standby that needs rows older than this many transactions counts as holding vacuum back.");

  private static final String GRANT = "CREATE EXTENSION pg_stat_statements";
  private static final int MAX_STATEMENTS = 30;
  private static final int MAX_HISTORIES = 500;

  /** Times that differ by less than a tenth are the same. */
  private static final double FLOOR = Math.log(1.1);

  /** With all their values, and not cut off. */
  private static final String EXAMPLES =
      """
      SELECT DISTINCT ON (query_id) query_id, query
        FROM pg_stat_activity
       WHERE datname = current_database()
         AND query_id::text = ANY (?)
         AND query !~ '\\$[0-9]'
         AND octet_length(query) < pg_size_bytes(current_setting('track_activity_query_size')) - 1
       ORDER BY query_id, query
      """;

  /** What is remembered of a database's statements, by queryid. */
  @JsonAutoDetect(fieldVisibility = Visibility.ANY)
  private static final class Histories implements Memory.Lasting {
    private Map<Long, PlanHistory> all = new HashMap<>();

    /** Not kept over a restart: it is found again, and texts may hold secrets. */
    @JsonIgnore private Map<Long, SlowerStatement> slower = new HashMap<>();
  }

  /** A changed plan explains why its statement is slower. */
  @Override
  public boolean causes(Finding own, Finding other) {
    return other.detector().equals(StatementSlowdown.NAME)
        && Objects.equals(
            own.evidence().get(StatementSlowdown.QUERY_ID),
            other.evidence().get(StatementSlowdown.QUERY_ID));
  }

  /** Whether a finding reports that its plan lacks an index. */
  public static boolean lost(Finding finding, String index) {
    return PlanExplanation.lost(finding, index);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A statement's plan changed, and the statement has been slower since. The finding
            shows both plans.
            """)
        .measurement(
            """
            At each inspection pgmend asks for the plans of the 30 statements that take the most
            time, and books the time since the last inspection to the plan in use. A statement
            is reported if its new plan's median time lies outside the spread of an earlier
            plan's (median and MAD of the logarithms) and is `minFactor` times longer. For the
            cause it checks, in this order: an index of the old plan that is gone; planner
            settings whose former values give the old plan again; pages that an index-only scan
            would have to visit; old statistics.
            """)
        .severity(
            """
            A warning. If pg_stat_statements is not installed in the database, that is reported
            as information.
            """)
        .thresholds(
            MIN_INTERVALS, MIN_CALLS, MIN_FACTOR, MIN_SCORE, MIN_SHARE_PERCENT, MIN_HOLDER_AGE)
        .evidence("statement", "SQL", "the statement, the first 200 characters")
        .evidence(StatementSlowdown.QUERY_ID, "number", "its `queryid` in pg_stat_statements")
        .evidence("planBefore", "plan", "the faster plan")
        .evidence("planAfter", "plan", "the plan now")
        .evidence("msBefore", "milliseconds", "median time with the faster plan")
        .evidence("msAfter", "milliseconds", "median time now")
        .evidence("factor", "factor", "the one divided by the other")
        .evidence("robustScore", "score", "difference in robust standard deviations")
        .evidence(
            "sharePercent", "percent", "the statement's share of the database's execution time")
        .evidence("changedAt", "time (UTC)", "when the plan changed")
        .evidence("changedRows", "rows", "rows of the table changed since its last ANALYZE")
        .evidence("lostIndexes", "text", "indexes of the faster plan that are gone or invalid")
        .evidence("changedSettings", "text", "planner settings that changed")
        .evidence(
            "visiblePercent",
            "percent",
            "pages of the table that an index-only scan need not visit")
        .evidence("grant", "SQL", "what to run so that pgmend can see statements")
        .evidence(VacuumHorizon.EVIDENCE)
        .repairs(Vacuum.TYPE, Analyze.TYPE)
        .remedy(
            """
            Vacuum restores index-only scans; ANALYZE renews statistics. If an index is gone,
            create it again. If a setting changed, restore it, see
            [SettingDrift](SettingDrift.md).
            """)
        .reproduction(
            """
            EXPLAIN (ANALYZE, BUFFERS, SETTINGS) SELECT ...;
            SELECT relname, n_mod_since_analyze, last_analyze, last_autoanalyze FROM pg_stat_user_tables;
            """)
        .limits(
            """
            Statements that write are left out, because planning them takes their locks. It
            plans one example with values, if `pg_stat_activity` showed one, else the generic
            plan; other values may have other plans. Standbys are not watched.
            """)
        .build();
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException, InspectionException {
    if (inspection.facts().inRecovery()) {
      return List.of();
    }
    var work = StatementWork.sinceLast(inspection, NAME);
    if (work.isEmpty()) {
      return List.of(extensionMissing(inspection));
    }
    var histories =
        inspection
            .memory()
            .part(NAME + "/" + inspection.database(), Histories.class, Histories::new);
    synchronized (histories) {
      look(inspection, histories, work.get());
      return PlanExplanation.findings(inspection, histories.slower.values());
    }
  }

  private static Finding extensionMissing(Inspection inspection) {
    return new Finding(
        NAME,
        Severity.INFO,
        Target.object(inspection.database(), "extension", "pg_stat_statements"),
        "Plans of statements are not watched without the extension pg_stat_statements: " + GRANT,
        Map.of("grant", GRANT));
  }

  private static void look(Inspection inspection, Histories histories, List<StatementWork> work)
      throws SQLException, InspectionException {
    var thresholds = inspection.thresholds();
    var intervals = Math.toIntExact(thresholds.get(MIN_INTERVALS));
    var minCalls = thresholds.get(MIN_CALLS);
    var now = inspection.now();
    var planner = new Planner(inspection.session());
    var ran = work.stream().filter(one -> one.calls() >= minCalls).limit(MAX_STATEMENTS).toList();
    var texts = StatementWork.texts(inspection, ran.stream().map(StatementWork::queryId).toList());
    // Drop statements that did not run, unless their plan is still the slower one.
    histories
        .slower
        .values()
        .removeIf(known ->
            ran.stream().noneMatch(one -> one.queryId() == known.work().queryId())
                && known
                    .shape(planner)
                    .filter(shape -> known.regression().after().isOf(shape))
                    .isEmpty());
    var examples = examples(inspection, ran);
    for (var one : ran) {
      var known =
          Optional.ofNullable(histories.all.get(one.queryId()))
              .orElse(PlanHistory.begin(examples.getOrDefault(one.queryId(), "")))
              .probedBy(examples.getOrDefault(one.queryId(), ""));
      if (known.isForgotten()) {
        continue;
      }
      var example = known.example();
      var text = texts.getOrDefault(one.queryId(), "");
      if (inspection.deadline().passed()) {
        throw InspectionException.outOfTime("all statements were explained");
      }
      var shape = SlowerStatement.shape(planner, one, text, example);
      if (shape.isPresent()) {
        var history = known.with(shape.get(), now, one.meanMs());
        histories.all.put(one.queryId(), history);
        history
            .regression(intervals, FLOOR)
            .filter(regression -> matters(thresholds, one, regression))
            .ifPresentOrElse(
                regression ->
                    histories.slower.put(
                        one.queryId(), new SlowerStatement(one, text, example, regression)),
                () -> histories.slower.remove(one.queryId()));
      }
    }
    Memory.keepLatest(histories.all, MAX_HISTORIES, PlanHistory::last);
  }

  private static Map<Long, String> examples(Inspection inspection, List<StatementWork> statements)
      throws SQLException {
    var examples = new HashMap<Long, String>();
    inspection
        .session()
        .query(
            EXAMPLES,
            row -> examples.put(row.getLong(1), row.getString(2)),
            statements.stream().map(one -> Long.toString(one.queryId())).toList());
    examples.values().removeIf(text -> !Planner.onlyReads(text));
    return examples;
  }

  private static boolean matters(
      Thresholds thresholds, StatementWork work, PlanHistory.Regression regression) {
    return regression.factor() >= thresholds.get(MIN_FACTOR)
        && regression.score() >= thresholds.get(MIN_SCORE)
        && work.sharePercent() >= thresholds.get(MIN_SHARE_PERCENT);
  }
}
