// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Drops what a failed REINDEX CONCURRENTLY left behind. There is nothing to undo. */
@AutoService(Repair.class)
public final class DropInvalidIndex implements Repair {
  public static final String TYPE = "DropInvalidIndex";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Drops the copy of an index that a failed REINDEX CONCURRENTLY left behind. No query can
        use it, but every write maintains it.\
        """,
        "SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue.",
        "Nothing to undo: the index that was being rebuilt is still there.",
        """
        None known. Only names that REINDEX CONCURRENTLY generates (`_ccnew`, `_ccold`) and that
        belong to no constraint are dropped.\
        """,
        new Finding(
            "InvalidIndex",
            Severity.WARNING,
            Target.index("shop", "public", "orders", "orders_customer_id_idx_ccnew"),
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
            List.of(new DropIndexStep(target.schema(), target.index())),
            List.of(),
            Risk.LOW,
            Optional.empty(),
            0,
            false));
  }
}
