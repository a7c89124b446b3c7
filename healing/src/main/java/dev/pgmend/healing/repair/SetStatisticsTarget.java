package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.statistics.CorrelatedColumns;
import dev.pgmend.healing.finding.Finding;
import java.util.List;
import java.util.Optional;

/**
 * Lets ANALYZE keep more of the values that it counted together, where the most frequent ones alone
 * leave the planner wrong about the others.
 */
@AutoService(Repair.class)
public final class SetStatisticsTarget implements Repair {
  public static final String TYPE = "SetStatisticsTarget";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    var statistics = finding.evidence().get(CorrelatedColumns.STATISTICS);
    if (!finding.detector().equals(CorrelatedColumns.NAME)
        || statistics == null
        || !finding.evidence().containsKey(CorrelatedColumns.PROPOSED_TARGET)) {
      return Optional.empty();
    }
    var analyze = new AnalyzeStep(target.schema(), target.relation());
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(
                set(statistics, finding.evidenceLong(CorrelatedColumns.PROPOSED_TARGET)), analyze),
            List.of(set(statistics, finding.evidenceLong(CorrelatedColumns.TARGET)), analyze),
            Risk.LOW,
            Optional.empty(),
            0,
            false));
  }

  /** A target of -1 is none of its own. */
  private static IdempotentStep set(String statistics, long target) {
    return new IdempotentStep(
        "ALTER STATISTICS %s SET STATISTICS %d".formatted(statistics, target));
  }
}
