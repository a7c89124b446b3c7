// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes ANALYZE count the values of columns together, so that the planner does not assume that they
 * are independent. Neither reads nor writes wait for it.
 */
@AutoService(Repair.class)
public final class CreateStatistics implements Repair {
  public static final String TYPE = "CreateStatistics";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Creates extended statistics on columns that depend on each other, and analyzes the
        table. The planner then no longer assumes that the columns are independent.\
        """,
        "SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue.",
        "Drops the statistics object.",
        """
        Plans may change. Each later ANALYZE of the table takes a little longer.\
        """,
        new Finding(
            "CorrelatedColumns",
            Severity.WARNING,
            Target.columns("shop", "public", "address", List.of("city", "postcode")),
            "",
            Map.of()));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    if (target.columns().isEmpty()) {
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
