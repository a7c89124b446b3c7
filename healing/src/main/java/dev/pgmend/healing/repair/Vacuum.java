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
 * Frees the space of dead rows for new ones, updates the visibility map, and analyzes the table. A
 * detector does not propose it while a session, slot or standby holds vacuum back: it would read
 * the whole table and remove nothing.
 */
@AutoService(Repair.class)
public final class Vacuum implements Repair {
  public static final String TYPE = "Vacuum";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Frees the space of dead rows for new rows, updates the visibility map, and analyzes the
        table. The file does not become smaller, except for empty pages at its end.\
        """,
        """
        SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue. Truncating empty pages
        at the end needs ACCESS EXCLUSIVE for a moment, and is skipped if another session waits.\
        """,
        "Nothing to undo.",
        """
        It reads the table and its indexes, which costs I/O; `vacuum_cost_delay` slows it down
        as usual.\
        """,
        new Finding(
            "TableBloat",
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
            List.of(new VacuumStep(target.schema(), target.relation(), "ANALYZE")),
            List.of(),
            Risk.LOW,
            Optional.empty(),
            0,
            false));
  }
}
