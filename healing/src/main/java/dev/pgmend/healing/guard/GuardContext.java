// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.RepairPlan;

/**
 * Input of a guard.
 *
 * @param session a second one, beside the one that runs the repair
 * @param backendPid the server process that runs the repair, or will
 */
public record GuardContext(
    Session session, ServerFacts facts, RepairPlan plan, int backendPid, Limits limits) {

  /** The same for a repair that another server process runs. */
  public GuardContext in(int otherPid) {
    return new GuardContext(session, facts, plan, otherPid, limits);
  }
}
