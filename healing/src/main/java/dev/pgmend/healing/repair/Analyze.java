package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.statistics.CorrelatedColumns;
import dev.pgmend.healing.detect.statistics.StaleStatistics;
import dev.pgmend.healing.detect.workload.PlanRegression;
import dev.pgmend.healing.finding.Finding;
import java.util.List;
import java.util.Optional;

/** Samples a table anew for the planner. */
@AutoService(Repair.class)
public final class Analyze implements Repair {
  public static final String TYPE = "Analyze";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    if (!mends(finding)) {
      return Optional.empty();
    }
    var target = finding.target();
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(new AnalyzeStep(target.schema(), target.relation())),
            List.of(),
            Risk.LOW,
            Optional.empty(),
            0,
            false));
  }

  private static boolean mends(Finding finding) {
    return switch (finding.detector()) {
      case StaleStatistics.NAME -> true;
      case CorrelatedColumns.NAME ->
          "false".equals(finding.evidence().get(CorrelatedColumns.FILLED));
      case PlanRegression.NAME ->
          "true".equals(finding.evidence().get(PlanRegression.STATISTICS_MAY_HELP));
      default -> false;
    };
  }
}
