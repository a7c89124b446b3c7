// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.Mechanism;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a model was trained.
 *
 * @param databases that it was trained on
 * @param leftOut databases that were left out; empty if none
 * @param plans number of training plans
 * @param statements number of different statements among them
 * @param seconds duration of the training
 * @param device device of the training, such as cpu()
 * @param costIntercept a and
 * @param costSlope b of {@code ln ms = a + b ln(1 + total cost)}, fitted to the same plans
 * @param errors quantiles of {@code true ms / predicted ms} on held-out statements
 */
public record TrainingFacts(
    List<String> databases,
    List<String> leftOut,
    int plans,
    int statements,
    double seconds,
    String device,
    double costIntercept,
    double costSlope,
    Map<Mechanism, Quantiles> errors) {
  public TrainingFacts {
    databases = List.copyOf(databases);
    leftOut = List.copyOf(leftOut);
    // Keeps the order, so that equal facts have equal bytes in every process.
    errors = Collections.unmodifiableMap(new TreeMap<>(errors));
  }

  /** The time of a plan in ms by its total cost alone. */
  public double costMs(double totalCost) {
    return Math.exp(costIntercept + costSlope * Math.log1p(totalCost));
  }

  /**
   * The facts of a model that was derived from this one by training on other plans, without errors.
   */
  public TrainingFacts tuned(int onPlans, int ofStatements, double within, String where) {
    return new TrainingFacts(
        databases,
        leftOut,
        onPlans,
        ofStatements,
        within,
        where,
        costIntercept,
        costSlope,
        Map.of());
  }

  /** The same facts with errors. */
  public TrainingFacts withErrors(Map<Mechanism, Quantiles> quantiles) {
    return new TrainingFacts(
        databases,
        leftOut,
        plans,
        statements,
        seconds,
        device,
        costIntercept,
        costSlope,
        quantiles);
  }
}
