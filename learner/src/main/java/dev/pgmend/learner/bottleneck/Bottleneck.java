package dev.pgmend.learner.bottleneck;

import java.util.List;

/**
 * What holds an execution back.
 *
 * @param latencyMs of the whole execution
 * @param criticality one per operator, 0 to 1: the share of the latency that is gone if the
 *     operator alone is at its floor
 * @param operators that have to be relieved together to be faster at the lowest price, by position,
 *     ascending; empty if no relief of any operators would help
 * @param cutValue price of the first millisecond, all of these together
 * @param flowValue of the maximum flow that proves that no other set is cheaper; equal to the cut's
 *     value up to rounding
 * @param savableMs how much can be had at that price: until one of them is at its floor, or another
 *     path is as long
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

  /** Whether the operator has to be relieved. */
  public boolean holds(int operator) {
    return operators.contains(operator);
  }
}
