// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import dev.pgmend.healing.repair.RepairPlan;
import java.sql.SQLException;

/**
 * Decides whether a repair may run now. Implementations are found by {@link
 * java.util.ServiceLoader} and hold no state.
 */
public interface Guard {
  String name();

  default boolean concerns(RepairPlan plan) {
    return true;
  }

  /** Asked before each statement. */
  Answer before(GuardContext context) throws SQLException;

  /** Asked again and again while a statement runs; a hold cancels it. */
  default Answer during(GuardContext context) throws SQLException {
    return Answer.PASS;
  }
}
