// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import java.util.List;

/**
 * The bottleneck of an execution.
 *
 * @param latencyMs of the whole execution
 * @param criticality one per operator, 0 to 1: the share of the latency that disappears if only
 *     this operator is at its floor
 * @param operators the cheapest set of operators that must be relieved together, by position,
 *     ascending; empty if relieving operators would not help
 * @param cutValue price of the first millisecond for all of these together
 * @param flowValue value of the maximum flow, which proves that no other set is cheaper; equal to
 *     the cut's value up to rounding
 * @param savableMs the time that can be saved at that price, until one operator is at its floor or
 *     another path is equally long
 */
public record Bottleneck(
    double latencyMs,
    List<Double> criticality,
    List<Integer> operators,
    double cutValue,
    double flowValue,
    double savableMs) {

  public Bottleneck {
    criticality = List.copyOf(criticality);
    operators = List.copyOf(operators);
  }

  /** Whether no known repair would make the execution faster. */
  public boolean nothingToSave() {
    return operators.isEmpty();
  }

  /** Criticality of one operator. */
  public double criticality(int operator) {
    return criticality.get(operator);
  }

  /** Whether the operator is part of the bottleneck. */
  public boolean holds(int operator) {
    return operators.contains(operator);
  }
}
