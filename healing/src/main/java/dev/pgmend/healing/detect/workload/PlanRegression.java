package dev.pgmend.healing.detect.workload;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.plan.PlanShape;
import dev.pgmend.healing.plan.Planner;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A statement that the planner began to run in another way, and that has taken longer since.
 *
 * <p>The plans of the statements that take the most time are asked for at each inspection, and the
 * times between two inspections are booked to the plan that was in use. Where a new plan's median
 * lies outside the spread of an earlier plan's times (median and MAD of the logarithms) and is
 * slower by a factor, the finding names both, and what else is different: an index that is gone,
 * planner settings under whose former values the planner takes the old plan again, pages that an
 * index-only scan would have to look into, or statistics that no longer tell what is in the table.
 * Only the last two are mended, by VACUUM and by ANALYZE; it stands until the plan is the old one
 * again, or as fast.
 *
 * <p>The plan that is asked for is that of one and the same example of the statement, as
 * pg_stat_activity had it once with all its values; of a statement that is only seen with
 * parameters, its generic plan. Examples stay in memory and are told to nobody. Statements that
 * write are left out: to plan one locks its table as to run it does.
 */
@AutoService(Detector.class)
public final class PlanRegression implements Detector {
  public static final String NAME = "PlanRegression";

  /** Evidence: whether ANALYZE of the target may bring the old plan back. */
  public static final String STATISTICS_MAY_HELP = "statisticsMayHelp";

  /** Evidence: whether VACUUM of the target may bring an index-only scan back. */
  public static final String VACUUM_MAY_HELP = "vacuumMayHelp";

  private static final Logger LOG = LoggerFactory.getLogger(PlanRegression.class);

  private static final String LOST_INDEXES = "lostIndexes";

  private static final double MIN_FACTOR = 1.5;
  private static final double MIN_SCORE = 3.5;
  private static final double MIN_INTERVALS = 5;
  private static final double MIN_CALLS = 5;
  private static final double MIN_SHARE_PERCENT = 1;
  private static final int MOST_STATEMENTS = 30;
  private static final int MOST_HISTORIES = 500;
  private static final int SHOWN = 200;
  private static final double CHANGED_SHARE = 0.01;

  /** With fewer pages all of whose rows everybody may see, an index-only scan is no such thing. */
  private static final double VISIBLE_SHARE = 0.95;

  private static final double HELD_BACK_XIDS = 10_000;

  /** Times that differ by less than a tenth are the same. */
  private static final double FLOOR = Math.log(1.1);

  /** What of the statistics could explain a plan, the least like the table first. */
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

  private static final String VALID_INDEXES =
      """
      SELECT DISTINCT c.relname
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indisvalid AND c.relname = ANY (?::text[])
      """;

  private static final String BUILT_IN =
      "SELECT name, boot_val FROM pg_settings WHERE name = ANY (?::text[])";

  /** What is remembered of a database's statements, by queryid. */
  @JsonAutoDetect(fieldVisibility = Visibility.ANY)
  private static final class Histories implements Memory.Lasting {
    private Map<Long, PlanHistory> all = new HashMap<>();

    /** Not kept over a restart: it is seen again, and texts may hold what is nobody's business. */
    @JsonIgnore private Map<Long, Slower> slower = new HashMap<>();
  }

  private record Slower(
      StatementWork work, String text, String example, PlanHistory.Regression regression) {
    double lostMs() {
      return work.ms() * (1 - 1 / regression.factor());
    }
  }

  /** A table as the statistics of it are. */
  private record Table(
      String schema, String name, long changed, long rows, long analyzedMs, double visibleShare) {
    /** Statistics that were taken since, and after which little changed, have had their chance. */
    boolean mayMislead(PlanHistory.Era plan) {
      return analyzedMs < plan.sinceMs() || changed > CHANGED_SHARE * rows;
    }

    /** Whether an index-only scan of it was given up, and would have to look into its pages. */
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

  /** What is slower since its plan changed needs no other explanation. */
  @Override
  public boolean causes(Finding own, Finding other) {
    return other.detector().equals(StatementSlowdown.NAME)
        && Objects.equals(
            own.evidence().get(StatementSlowdown.QUERY_ID),
            other.evidence().get(StatementSlowdown.QUERY_ID));
  }

  /** Whether a finding says that its plan lacks an index. */
  public static boolean lost(Finding finding, String index) {
    return finding.evidence().getOrDefault(LOST_INDEXES, "").lines().anyMatch(index::equals);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    if (inspection.facts().inRecovery()) {
      return List.of();
    }
    var work = StatementWork.sinceLast(inspection, NAME);
    if (work.isEmpty()) {
      return List.of(
          DetectorFailure.of(
              NAME,
              Target.database(inspection.database()),
              "pg_stat_statements is not installed in this database (CREATE EXTENSION)"));
    }
    var histories =
        inspection
            .memory()
            .part(NAME + "/" + inspection.database(), Histories.class, Histories::new);
    synchronized (histories) {
      look(inspection, histories, work.get());
      return findings(inspection, histories.slower.values());
    }
  }

  private static void look(Inspection inspection, Histories histories, List<StatementWork> work)
      throws SQLException {
    var thresholds = inspection.thresholds();
    var intervals = (int) thresholds.number(NAME + ".minIntervals", MIN_INTERVALS);
    var minCalls = thresholds.number(NAME + ".minCalls", MIN_CALLS);
    var now = inspection.now();
    var planner = new Planner(inspection.session());
    var ran = work.stream().filter(one -> one.calls() >= minCalls).limit(MOST_STATEMENTS).toList();
    var texts = StatementWork.texts(inspection, ran.stream().map(StatementWork::queryId).toList());
    // Those that did not run now stand for as long as they would run as they did.
    histories
        .slower
        .values()
        .removeIf(known ->
            ran.stream().noneMatch(one -> one.queryId() == known.work.queryId())
                && shape(planner, known.work, known.text, known.example)
                    .filter(shape -> known.regression.after().isOf(shape))
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
        throw new SQLException("the time was spent before all statements were explained");
      }
      var shape = shape(planner, one, text, example);
      if (shape.isPresent()) {
        var history = known.with(shape.get(), now, one.meanMs());
        histories.all.put(one.queryId(), history);
        history
            .regression(intervals, FLOOR)
            .filter(regression -> matters(thresholds, one, regression))
            .ifPresentOrElse(
                regression ->
                    histories.slower.put(one.queryId(), new Slower(one, text, example, regression)),
                () -> histories.slower.remove(one.queryId()));
      }
    }
    Memory.keepLatest(histories.all, MOST_HISTORIES, PlanHistory::last);
  }

  /** Empty where the server can't say, as for a table that we have no right to. */
  private static Optional<PlanShape> shape(
      Planner planner, StatementWork work, String text, String example) {
    if (!Planner.onlyReads(text)) {
      return Optional.empty();
    }
    try {
      var plan =
          example.isEmpty()
              ? planner.generic(text, work.roleName(), work.rowsPerCall())
              : planner.of(example, work.roleName());
      return Optional.of(PlanShape.parse(plan));
    } catch (SQLException e) {
      LOG.debug("Asking for the plan of {}", text, e);
      return Optional.empty();
    }
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
    return regression.factor() >= thresholds.number(NAME + ".minFactor", MIN_FACTOR)
        && regression.score() >= thresholds.number(NAME + ".minScore", MIN_SCORE)
        && work.sharePercent() >= thresholds.number(NAME + ".minSharePercent", MIN_SHARE_PERCENT);
  }

  /** One for each table, by what costs the most there. */
  private static List<Finding> findings(Inspection inspection, Collection<Slower> all)
      throws SQLException {
    var byTarget = new LinkedHashMap<Target, Finding>();
    var worstFirst =
        all.stream().sorted(Comparator.comparingDouble(Slower::lostMs).reversed()).toList();
    for (var slower : worstFirst) {
      var table = table(inspection, slower.regression);
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

  /** Of the tables that are read in another way than before, or of all of them. */
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
      Inspection inspection, Target target, Slower slower, Optional<Table> table)
      throws SQLException {
    var before = slower.regression.before();
    var after = slower.regression.after();
    var lost = lostIndexes(inspection, before.shape());
    var settings = explainingSettings(inspection, slower);
    var explained = !lost.isEmpty() || !settings.isEmpty();
    var hiding = table.filter(t -> !explained && t.hides(slower.regression));
    var stale = table.filter(t -> t.mayMislead(after)).isPresent();
    var evidence = new HashMap<String, String>();
    evidence.put("statement", shown(slower.text));
    evidence.put(StatementSlowdown.QUERY_ID, Long.toString(slower.work.queryId()));
    evidence.put("planBefore", before.shape().text());
    evidence.put("planAfter", after.shape().text());
    evidence.put("msBefore", millis(before.medianMs()));
    evidence.put("msAfter", millis(after.medianMs()));
    evidence.put("factor", Figures.of(slower.regression.factor()));
    evidence.put("robustScore", Figures.of(slower.regression.score()));
    evidence.put("sharePercent", Figures.of(slower.work.sharePercent()));
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
      holder(inspection).ifPresent(holder -> evidence.putAll(holder.evidence()));
    }
    evidence.put(VACUUM_MAY_HELP, Boolean.toString(hiding.isPresent()));
    evidence.put(STATISTICS_MAY_HELP, Boolean.toString(!explained && hiding.isEmpty() && stale));
    return new Finding(
        NAME,
        Severity.WARNING,
        target,
        "%s: %s ms where it took %s ms before its plan changed (%s); %s"
            .formatted(
                target,
                millis(after.medianMs()),
                millis(before.medianMs()),
                why(lost, settings, hiding, stale),
                shown(slower.text)),
        evidence);
  }

  private static Optional<VacuumHorizon.Holder> holder(Inspection inspection) throws SQLException {
    return VacuumHorizon.holder(
        inspection.session(),
        (long) inspection.thresholds().number(NAME + ".heldBackXids", HELD_BACK_XIDS));
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
      return "for want of vacuum an index-only scan would look into %.0f%% of the table's pages"
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
  private static List<String> explainingSettings(Inspection inspection, Slower slower)
      throws SQLException {
    var before = slower.regression.before().shape();
    var after = slower.regression.after().shape();
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

  /** False also where the planner can't be asked: then the settings are the likeliest reason. */
  private static boolean staysThoughSettingsReturn(
      Inspection inspection, Slower slower, List<String> names) throws SQLException {
    var former = new HashMap<String, String>();
    inspection
        .session()
        .query(BUILT_IN, row -> former.put(row.getString(1), row.getString(2)), names);
    former.putAll(slower.regression.before().shape().settings());
    former.keySet().retainAll(names);
    var planner = new Planner(inspection.session(), former);
    return shape(planner, slower.work, slower.text, slower.example)
        .filter(slower.regression.after()::isOf)
        .isPresent();
  }

  private static String shown(String text) {
    var line = text.replaceAll("\\s+", " ").strip();
    return line.substring(0, Math.min(SHOWN, line.length()));
  }

  private static String millis(double ms) {
    return String.format(Locale.ROOT, "%.3f", ms);
  }
}
