// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import java.util.Optional;

/** The plan of an action, and whether a finding still leads to it. */
final class Plans {
  private Plans() {}

  /** The plan; empty if it differs from the record, because the record is what was approved. */
  static Optional<RepairPlan> of(HealingAction action) {
    try {
      return Optional.ofNullable(Repairs.byType().get(action.getSpec().type()))
          .flatMap(repair -> repair.plan(SpecMapping.finding(action.getSpec())))
          .filter(plan -> SpecMapping.sameWork(action.getSpec(), plan));
    } catch (IllegalArgumentException e) {
      // A record written by hand can lack values that the plan needs.
      return Optional.empty();
    }
  }

  /** Whether the fix of a finding has exactly the statements of the action. */
  static boolean isFixOf(Finding finding, HealingAction action) {
    return ofFix(finding, action).isPresent();
  }

  /** The fix of a finding, if it has exactly the statements of the action. */
  static Optional<RepairPlan> ofFix(Finding finding, HealingAction action) {
    return Repairs.planFor(finding).filter(plan -> SpecMapping.sameWork(action.getSpec(), plan));
  }

  /** Size of the index that a plan builds; 0 if it builds none. */
  static long indexBytes(RepairPlan plan) {
    return plan.buildsIndex() ? plan.diskBytes() / 2 : 0;
  }
}
