package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.detect.table.Wraparound;
import dev.pgmend.healing.finding.Finding;
import java.util.List;
import java.util.Optional;

/** Freezes a table's rows, so that its transaction numbers may be used anew. */
@AutoService(Repair.class)
public final class VacuumFreeze implements Repair {
  public static final String TYPE = "VacuumFreeze";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    if (!finding.detector().equals(Wraparound.NAME)
        || target.relation().isEmpty()
        || finding.evidence().containsKey(VacuumHorizon.HELD_BACK_BY)) {
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
            // The log of it is recycled as any other; to wait for room would be the greater danger.
            0,
            false));
  }
}
