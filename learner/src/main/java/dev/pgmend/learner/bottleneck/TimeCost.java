// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import java.util.List;

/**
 * One stretch of the time-cost curve.
 *
 * @param latencyMs latency at its end
 * @param operators to relieve together, each by the milliseconds saved
 * @param savedMs saving on this stretch
 * @param pricePerMs price for all these operators together; it never falls from one stretch to the
 *     next
 * @param totalPrice from the beginning of the curve to the end of this stretch
 */
public record TimeCost(
    double latencyMs,
    List<Integer> operators,
    double savedMs,
    double pricePerMs,
    double totalPrice) {
  public TimeCost {
    operators = List.copyOf(operators);
  }
}
