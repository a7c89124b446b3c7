// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.plan.PlanShape;
import dev.pgmend.healing.plan.Planner;
import dev.pgmend.healing.repair.Analyze;
import dev.pgmend.healing.repair.Vacuum;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Explains why statements are slower since their plans changed: an index that is gone, planner
 * settings that changed, pages that an index-only scan would have to visit, or statistics that no
 * longer describe the table. Vacuum and ANALYZE fix the last two.
 */
final class PlanExplanation {
  private static final String LOST_INDEXES = "lostIndexes";

  private static final int SHOWN = 200;
  private static final double CHANGED_SHARE = 0.01;

  /** With a smaller share of all-visible pages, an index-only scan visits the table too. */
  private static final double VISIBLE_SHARE = 0.95;

  /** Statistics that could explain a plan, the least accurate first. */
  private static final String TABLES =
      """
      SELECT n.nspname, c.relname, coalesce(s.n_mod_since_analyze, 0),
             greatest(c.reltuples, 0)::bigint,
             (coalesce(extract(epoch FROM greatest(s.last_analyze, s.last_autoanalyze)), 0)
              * 1000)::bigint,
             CASE WHEN c.relpages > 0 THEN c.relallvisible::float8 / c.relpages ELSE 1 END
        FROM unnest(?::text[], ?::text[]) AS wanted (schema, relation)
        JOIN pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.relation
        LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
       WHERE c.relkind IN ('r', 'm') AND %s
       ORDER BY coalesce(s.n_mod_since_analyze, 0) / greatest(c.reltuples, 1) DESC,
                c.reltuples DESC, 1, 2
      """
          .formatted(UserObjects.own("c"));

  private static final String VALID_INDEXES =
      """
      SELECT DISTINCT c.relname
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indisvalid AND c.relname = ANY (?::text[])
      """;

  private static final String BUILT_IN =
      "SELECT name, boot_val FROM pg_settings WHERE name = ANY (?::text[])";

  /** A table as the statistics of it are. */
  private record Table(
      String schema, String name, long changed, long rows, long analyzedMs, double visibleShare) {
    /** Not if statistics were taken under the present plan and little has changed since. */
    boolean mayMislead(PlanHistory.Era plan) {
      return analyzedMs < plan.sinceMs() || changed > CHANGED_SHARE * rows;
    }

    /** Whether an index-only scan of it was given up because it would have to visit the pages. */
    boolean hides(PlanHistory.Regression regression) {
      return visibleShare < VISIBLE_SHARE
          && onlyIndexes(regression.before()) > onlyIndexes(regression.after());
    }

    private long onlyIndexes(PlanHistory.Era plan) {
      return plan.shape().accesses().stream()
          .filter(access -> access.schema().equals(schema) && access.relation().equals(name))
          .filter(access -> access.via().equals("Index Only Scan"))
          .count();
    }
  }

  /** Whether a finding reports a missing index in its plan. */
  static boolean lost(Finding finding, String index) {
    return finding.evidence().getOrDefault(LOST_INDEXES, "").lines().anyMatch(index::equals);
  }

  private PlanExplanation() {}

  /** One for each table, by what costs the most there. */
  static List<Finding> findings(Inspection inspection, Collection<SlowerStatement> all)
      throws SQLException {
    var byTarget = new LinkedHashMap<Target, Finding>();
    var worstFirst =
        all.stream()
            .sorted(Comparator.comparingDouble(SlowerStatement::lostMs).reversed())
            .toList();
    for (var slower : worstFirst) {
      var table = table(inspection, slower.regression());
      var target =
          table
              .map(t -> Target.table(inspection.database(), t.schema, t.name))
              .orElse(Target.database(inspection.database()));
      if (!byTarget.containsKey(target)) {
        byTarget.put(target, finding(inspection, target, slower, table));
      }
    }
    return List.copyOf(byTarget.values());
  }

  /** Searches the tables that the plan reads differently than before, or all of them. */
  private static Optional<Table> table(Inspection inspection, PlanHistory.Regression regression)
      throws SQLException {
    var before = regression.before().shape().accesses();
    var after = regression.after().shape().accesses();
    var other = after.stream().filter(access -> !before.contains(access)).toList();
    var wanted = other.isEmpty() ? after : other;
    return inspection
        .session()
        .queryFirst(
            TABLES,
            row ->
                new Table(
                    row.getString(1),
                    row.getString(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getDouble(6)),
            wanted.stream().map(PlanShape.Access::schema).toList(),
            wanted.stream().map(PlanShape.Access::relation).toList());
  }

  private static Finding finding(
      Inspection inspection, Target target, SlowerStatement slower, Optional<Table> table)
      throws SQLException {
    var before = slower.regression().before();
    var after = slower.regression().after();
    var lost = lostIndexes(inspection, before.shape());
    var settings = explainingSettings(inspection, slower);
    var explained = !lost.isEmpty() || !settings.isEmpty();
    var hiding = table.filter(t -> !explained && t.hides(slower.regression()));
    var stale = table.filter(t -> t.mayMislead(after)).isPresent();
    var holder = hiding.isPresent() ? holder(inspection) : Optional.<VacuumHorizon.Holder>empty();
    var evidence = new HashMap<String, String>();
    evidence.put("statement", shown(slower.text()));
    evidence.put(StatementSlowdown.QUERY_ID, Long.toString(slower.work().queryId()));
    evidence.put("planBefore", before.shape().text());
    evidence.put("planAfter", after.shape().text());
    evidence.put("msBefore", millis(before.medianMs()));
    evidence.put("msAfter", millis(after.medianMs()));
    evidence.put("factor", Figures.of(slower.regression().factor()));
    evidence.put("robustScore", Figures.of(slower.regression().score()));
    evidence.put("sharePercent", Figures.of(slower.work().sharePercent()));
    evidence.put("changedAt", Instant.ofEpochMilli(after.sinceMs()).toString());
    table.ifPresent(t -> evidence.put("changedRows", Long.toString(t.changed)));
    if (!lost.isEmpty()) {
      evidence.put(LOST_INDEXES, String.join("\n", lost));
    }
    if (!settings.isEmpty()) {
      evidence.put("changedSettings", String.join(", ", settings));
    }
    if (hiding.isPresent()) {
      evidence.put("visiblePercent", Figures.of(100 * hiding.get().visibleShare));
      holder.ifPresent(h -> evidence.putAll(h.evidence()));
    }
    var finding =
        new Finding(
            PlanRegression.NAME,
            Severity.WARNING,
            target,
            "%s: %s ms where it took %s ms before its plan changed (%s); %s"
                .formatted(
                    target,
                    millis(after.medianMs()),
                    millis(before.medianMs()),
                    why(lost, settings, hiding, stale),
                    shown(slower.text())),
            evidence);
    return hiding.isPresent()
        ? finding.fixedBy(Vacuum.TYPE, holder.isEmpty())
        : finding.fixedBy(Analyze.TYPE, !explained && stale);
  }

  private static Optional<VacuumHorizon.Holder> holder(Inspection inspection) throws SQLException {
    return VacuumHorizon.holder(
        inspection.session(), inspection.thresholds().get(PlanRegression.MIN_HOLDER_AGE));
  }

  private static String why(
      List<String> lost, List<String> settings, Optional<Table> hiding, boolean stale) {
    if (!lost.isEmpty()) {
      return "it used " + String.join(", ", lost) + ", which is gone or invalid";
    }
    if (!settings.isEmpty()) {
      return "settings changed: " + String.join(", ", settings);
    }
    if (hiding.isPresent()) {
      return "without a vacuum an index-only scan would visit %.0f%% of the table's pages"
          .formatted(100 * (1 - hiding.get().visibleShare));
    }
    return stale ? "statistics are older than the plan" : "its statistics are fresh";
  }

  private static List<String> lostIndexes(Inspection inspection, PlanShape before)
      throws SQLException {
    var used =
        before.accesses().stream()
            .map(PlanShape.Access::index)
            .filter(index -> !index.isEmpty())
            .distinct()
            .toList();
    var valid =
        Set.copyOf(inspection.session().query(VALID_INDEXES, row -> row.getString(1), used));
    return used.stream().filter(index -> !valid.contains(index)).toList();
  }

  /** Settings that changed, unless the planner would not go back to the old plan for them. */
  private static List<String> explainingSettings(Inspection inspection, SlowerStatement slower)
      throws SQLException {
    var before = slower.regression().before().shape();
    var after = slower.regression().after().shape();
    var names = changedSettings(before, after);
    if (names.isEmpty() || staysThoughSettingsReturn(inspection, slower, names)) {
      return List.of();
    }
    return names.stream()
        .map(name ->
            "%s from %s to %s"
                .formatted(
                    name,
                    before.settings().getOrDefault(name, "default"),
                    after.settings().getOrDefault(name, "default")))
        .toList();
  }

  private static List<String> changedSettings(PlanShape before, PlanShape after) {
    var names = new TreeSet<>(before.settings().keySet());
    names.addAll(after.settings().keySet());
    names.removeIf(name -> Objects.equals(before.settings().get(name), after.settings().get(name)));
    return List.copyOf(names);
  }

  /** False also if the planner gives no plan: then the settings are the likeliest reason. */
  private static boolean staysThoughSettingsReturn(
      Inspection inspection, SlowerStatement slower, List<String> names) throws SQLException {
    var former = new HashMap<String, String>();
    inspection
        .session()
        .query(BUILT_IN, row -> former.put(row.getString(1), row.getString(2)), names);
    former.putAll(slower.regression().before().shape().settings());
    former.keySet().retainAll(names);
    var planner = new Planner(inspection.session(), former);
    return slower.shape(planner).filter(slower.regression().after()::isOf).isPresent();
  }

  private static String shown(String text) {
    var line = text.replaceAll("\\s+", " ").strip();
    return line.substring(0, Math.min(SHOWN, line.length()));
  }

  private static String millis(double ms) {
    return String.format(Locale.ROOT, "%.3f", ms);
  }
}
