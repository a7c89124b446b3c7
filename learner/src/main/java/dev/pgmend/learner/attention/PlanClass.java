// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;

/**
 * A class of plans for which a mechanism probably works equally well.
 *
 * @param root the uppermost operator
 * @param sizeBucket logarithm to base 2 of the number of operators, rounded down
 */
public record PlanClass(NodeType root, int sizeBucket) {
  public static PlanClass of(PlanDag plan) {
    return new PlanClass(
        plan.root().type(), Integer.SIZE - 1 - Integer.numberOfLeadingZeros(plan.size()));
  }
}
