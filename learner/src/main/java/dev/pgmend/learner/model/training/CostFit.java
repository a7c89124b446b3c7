// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.plan.PlanWork;
import java.util.List;

/** Time by Postgres' own cost: {@code ln ms = intercept + slope ln(1 + cost)} by least squares. */
public record CostFit(double intercept, double slope) {

  /** Fits the plans; constant if all have the same cost. */
  public static CostFit of(List<ObservedPlan> plans) {
    double x = 0;
    double y = 0;
    for (var plan : plans) {
      x += logCost(plan) / plans.size();
      y += Math.log(plan.observedMs()) / plans.size();
    }
    double xx = 0;
    double xy = 0;
    for (var plan : plans) {
      double dx = logCost(plan) - x;
      xx += dx * dx;
      xy += dx * (Math.log(plan.observedMs()) - y);
    }
    double slope = xx > 0 ? xy / xx : 0;
    return new CostFit(y - slope * x, slope);
  }

  /** The time of a plan in ms. */
  public double ms(ObservedPlan plan) {
    return Math.exp(intercept + slope * logCost(plan));
  }

  private static double logCost(ObservedPlan plan) {
    return Math.log1p(PlanWork.totalCost(plan.plan(), plan.plan().size() - 1));
  }
}
