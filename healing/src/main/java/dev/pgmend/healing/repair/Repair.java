// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.finding.Finding;
import java.util.Optional;

/**
 * Fixes the findings that name it. Implementations are found by {@link java.util.ServiceLoader} and
 * hold no state.
 */
public interface Repair {
  /** The name under which policies allow or forbid it. */
  String type();

  /** Its documentation. */
  RepairDoc documentation();

  /**
   * The plan, derived from the finding's target and evidence alone. The same finding always gives
   * the same statements, so that a record can be compared with its plan before it runs, and resumed
   * after a crash when the fault itself may already be gone.
   *
   * @return empty if the finding lacks an argument of this repair
   */
  Optional<RepairPlan> plan(Finding finding);

  default Caution caution() {
    return Caution.ORDINARY;
  }
}
