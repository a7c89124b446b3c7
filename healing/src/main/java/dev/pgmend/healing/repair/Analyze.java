// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes a new sample of a table for the planner. */
@AutoService(Repair.class)
public final class Analyze implements Repair {
  public static final String TYPE = "Analyze";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Takes a new sample of a table, so that the planner knows its present contents.\
        """,
        """
        SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue; VACUUM, other ANALYZE
        and DDL wait.\
        """,
        "Nothing to undo: autovacuum does the same when it comes.",
        """
        Plans may change, usually for the better. The verdict measures whether statements became
        faster.\
        """,
        new Finding(
            "StaleStatistics",
            Severity.WARNING,
            Target.table("shop", "public", "orders"),
            "",
            Map.of()));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
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
}
