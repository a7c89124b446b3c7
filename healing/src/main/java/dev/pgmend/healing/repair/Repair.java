package dev.pgmend.healing.repair;

import dev.pgmend.healing.finding.Finding;
import java.util.Optional;

/**
 * Mends one kind of finding or several. Implementations are found by {@link
 * java.util.ServiceLoader} and hold no state.
 */
public interface Repair {
  /** The name under which policies allow or forbid it. */
  String type();

  /**
   * The plan, worked out from the finding alone: the same finding always gives the same statements,
   * so that a record can be held against its plan before it runs, and taken up again after a crash
   * when the fault itself may already be gone.
   *
   * @return empty if this repair does not mend this finding
   */
  Optional<RepairPlan> plan(Finding finding);

  default Caution caution() {
    return Caution.ORDINARY;
  }
}
