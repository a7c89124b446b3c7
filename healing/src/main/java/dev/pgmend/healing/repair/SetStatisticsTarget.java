// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes ANALYZE keep more of the values that it counts together, if the most frequent ones alone
 * leave the planner wrong about the others.
 */
@AutoService(Repair.class)
public final class SetStatisticsTarget implements Repair {
  public static final String TYPE = "SetStatisticsTarget";

  /** Argument: the statistics object, quoted. */
  public static final String STATISTICS = "statistics";

  /** Argument: the target that is set for it now; -1 for the default. */
  public static final String TARGET = "statisticsTarget";

  /** Argument: the target to set. */
  public static final String PROPOSED_TARGET = "proposedTarget";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Raises the statistics target of an extended statistics object and analyzes the table.
        ANALYZE then keeps more pairs of values, and the planner knows the rarer ones too.\
        """,
        "SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue.",
        "Sets the old target again and analyzes the table.",
        "ANALYZE samples more rows and planning takes a little longer.",
        new Finding(
            "CorrelatedColumns",
            Severity.WARNING,
            Target.columns("shop", "public", "address", List.of("city", "postcode")),
            "",
            Map.of(
                STATISTICS, "\"public\".\"address_stat\"", TARGET, "-1", PROPOSED_TARGET, "1000")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    var statistics = finding.evidence().get(STATISTICS);
    if (statistics == null || !finding.evidence().containsKey(PROPOSED_TARGET)) {
      return Optional.empty();
    }
    var analyze = new AnalyzeStep(target.schema(), target.relation());
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(set(statistics, finding.evidenceLong(PROPOSED_TARGET)), analyze),
            List.of(set(statistics, finding.evidenceLong(TARGET)), analyze),
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
