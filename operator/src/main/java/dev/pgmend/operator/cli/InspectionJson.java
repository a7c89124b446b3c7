// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pgmend.healing.engine.InspectionReport;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.repair.Expected;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The document that {@code inspect --json} prints; docs/reference/inspect.md describes it field by
 * field.
 */
record InspectionJson(
    String schema,
    String server,
    int healthScore,
    List<FoundJson> findings,
    List<Database> databases) {

  /** Changes only if a reader of the old document would misread the new one. */
  private static final String SCHEMA = "pgmend.dev/inspection/v1";

  record Database(
      String database, String serverVersion, boolean standby, List<FoundJson> findings) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record FoundJson(
      String detector,
      String severity,
      TargetJson target,
      String summary,
      Map<String, String> evidence,
      @Nullable RepairJson repair) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record TargetJson(
      @Nullable String schema,
      @Nullable String relation,
      @Nullable String index,
      @Nullable List<String> columns,
      @Nullable String parameter,
      @Nullable String object) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RepairJson(
      String type,
      List<String> statements,
      List<String> undo,
      String risk,
      @Nullable ExpectedJson expected) {}

  static String of(ConnectionSpec server, List<InspectionReport> reports) {
    var all = reports.stream().flatMap(report -> report.findings().stream()).toList();
    return Json.pretty(
        new InspectionJson(
            SCHEMA,
            server.host() + ":" + server.port(),
            InspectionReport.healthScore(all),
            reports.stream()
                .filter(report -> report.database().isEmpty())
                .flatMap(report -> report.findings().stream())
                .map(InspectionJson::found)
                .toList(),
            reports.stream()
                .filter(report -> !report.database().isEmpty())
                .map(InspectionJson::database)
                .toList()));
  }

  private static Database database(InspectionReport report) {
    return new Database(
        report.database(),
        report.facts().version(),
        report.facts().inRecovery(),
        report.findings().stream().map(InspectionJson::found).toList());
  }

  /** As {@code spec.expected} of a HealingAction. */
  record ExpectedJson(int improvementPercent, int lowPercent, int highPercent, String source) {
    static ExpectedJson of(Expected expected) {
      return new ExpectedJson(
          Math.toIntExact(Math.round(expected.improvementPercent())),
          Math.toIntExact(Math.round(expected.low())),
          Math.toIntExact(Math.round(expected.high())),
          expected.source());
    }
  }

  private static FoundJson found(Finding finding) {
    var target = finding.target();
    return new FoundJson(
        finding.detector(),
        lower(finding.severity()),
        new TargetJson(
            orNull(target.schema()),
            orNull(target.relation()),
            orNull(target.index()),
            target.columns().isEmpty() ? null : target.columns(),
            orNull(target.parameter()),
            orNull(target.object())),
        finding.summary(),
        finding.evidence(),
        Repairs.planFor(finding).map(InspectionJson::repair).orElse(null));
  }

  private static RepairJson repair(RepairPlan plan) {
    return new RepairJson(
        plan.type(),
        plan.statements(),
        plan.undoStatements(),
        lower(plan.risk()),
        plan.expected().map(ExpectedJson::of).orElse(null));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
