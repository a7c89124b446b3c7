package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.Mechanism;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a model was learned.
 *
 * @param databases that it was trained on
 * @param leftOut that it was not shown; empty if none
 * @param plans how many it was trained on
 * @param statements how many of those were of different statements
 * @param seconds how long that took
 * @param device where, such as cpu()
 * @param costIntercept a and
 * @param costSlope b of {@code ln ms = a + b ln(1 + total cost)}, fitted to the same plans
 * @param errors quantiles of {@code true ms / predicted ms} on held-back statements
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
    // In their order: the same facts are to be the same bytes in each process.
    errors = Collections.unmodifiableMap(new TreeMap<>(errors));
  }

  /** What a plan takes by its total cost alone, in ms. */
  public double costMs(double totalCost) {
    return Math.exp(costIntercept + costSlope * Math.log1p(totalCost));
  }

  /** Of a model that began as this one and was then trained on other plans; without errors. */
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

  /** The same with errors. */
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
