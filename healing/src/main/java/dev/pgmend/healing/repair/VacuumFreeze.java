// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Freezes a table's rows, so that its old transaction ids can be reused. */
@AutoService(Repair.class)
public final class VacuumFreeze implements Repair {
  public static final String TYPE = "VacuumFreeze";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Freezes all rows of a table, so that its old transaction ids can be reused. This
        prevents the shutdown at transaction id wraparound.\
        """,
        "SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue.",
        "Nothing to undo.",
        """
        It reads the whole table and writes WAL for each page that it freezes.\
        """,
        new Finding(
            "Wraparound",
            Severity.CRITICAL,
            Target.table("shop", "public", "orders"),
            "",
            Map.of()));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    if (target.relation().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new RepairPlan(
            TYPE,
            target,
            List.of(new VacuumStep(target.schema(), target.relation(), "FREEZE")),
            List.of(),
            Risk.LOW,
            Optional.empty(),
            // Its WAL is recycled like any other; waiting for disk space would be the greater
            // danger.
            0,
            false));
  }
}
