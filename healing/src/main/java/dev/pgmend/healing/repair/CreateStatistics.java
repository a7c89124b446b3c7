package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.statistics.CorrelatedColumns;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Optional;

/**
 * Lets ANALYZE count the values of columns together, so that the planner need not take them for
 * independent. Neither reads nor writes wait for it.
 */
@AutoService(Repair.class)
public final class CreateStatistics implements Repair {
  public static final String TYPE = "CreateStatistics";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    if (!finding.detector().equals(CorrelatedColumns.NAME)
        || target.columns().isEmpty()
        || finding.evidence().containsKey(CorrelatedColumns.STATISTICS)) {
      return Optional.empty();
    }
    var name = Identifiers.quote(target.schema(), GeneratedName.of(target, "stat"));
    var create =
        "CREATE STATISTICS IF NOT EXISTS %s (dependencies, mcv) ON %s FROM %s"
            .formatted(
                name,
                Identifiers.quoteAll(target.columns()),
                Identifiers.quote(target.schema(), target.relation()));
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(
                new IdempotentStep(create), new AnalyzeStep(target.schema(), target.relation())),
            List.of(new IdempotentStep("DROP STATISTICS IF EXISTS " + name)),
            Risk.LOW,
            Optional.empty(),
            0,
            false));
  }
}
