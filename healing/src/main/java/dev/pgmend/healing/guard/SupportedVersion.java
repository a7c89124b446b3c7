// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.repair.RepairPlan;

/**
 * Concurrent builds corrupt indexes on Postgres 14.0 to 14.3.
 *
 * @see <a href="https://www.postgresql.org/docs/release/14.4/">release notes of 14.4</a>
 */
@AutoService(Guard.class)
public final class SupportedVersion implements Guard {
  private static final int FIRST_BROKEN = 14_00_00;
  private static final int FIRST_FIXED = 14_00_04;

  @Override
  public String name() {
    return "SupportedVersion";
  }

  @Override
  public boolean concerns(RepairPlan plan) {
    return plan.buildsIndex();
  }

  @Override
  public Answer before(GuardContext context) {
    var version = context.facts().versionNum();
    return version >= FIRST_BROKEN && version < FIRST_FIXED
        ? Answer.hold(
            "Postgres %s can corrupt an index that is built concurrently; upgrade to 14.4 or later"
                .formatted(context.facts().version()))
        : Answer.PASS;
  }
}
