package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.detect.table.TableBloat;
import dev.pgmend.healing.detect.workload.PlanRegression;
import dev.pgmend.healing.finding.Finding;
import java.util.List;
import java.util.Optional;

/**
 * Makes the space of dead rows usable again, notes which pages hold only rows that everybody may
 * see, and samples the table anew. Not as long as somebody holds vacuum back: it would read the
 * whole table and remove nothing.
 */
@AutoService(Repair.class)
public final class Vacuum implements Repair {
  public static final String TYPE = "Vacuum";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    if (!mends(finding) || finding.evidence().containsKey(VacuumHorizon.HELD_BACK_BY)) {
      return Optional.empty();
    }
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

  private static boolean mends(Finding finding) {
    return switch (finding.detector()) {
      case TableBloat.NAME -> Boolean.parseBoolean(finding.evidence().get(TableBloat.DEAD_ROWS));
      case PlanRegression.NAME ->
          Boolean.parseBoolean(finding.evidence().get(PlanRegression.VACUUM_MAY_HELP));
      default -> false;
    };
  }
}
