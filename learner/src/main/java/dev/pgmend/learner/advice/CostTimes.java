package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;

/**
 * Postgres' own cost taken for time: an operator's total cost without that of its inputs. What the
 * model has to beat, and what stands in where it does not.
 */
public final class CostTimes implements OperatorTimes {
  /** Milliseconds per unit of cost on common hardware; it cancels out where plans are compared. */
  private static final double MS_PER_COST = 0.01;

  /** The factor by which cost misjudges the time of a plan to either side, four times in five. */
  private static final double UNCERTAINTY = 4;

  @Override
  public Estimate of(PlanDag plan) {
    var self = new double[plan.size()];
    var inputs = plan.inputs();
    for (int i = 0; i < plan.size(); i++) {
      double below = 0;
      for (var edge : inputs.get(i)) {
        if (edge.role() != PlanEdge.Role.CTE && edge.role() != PlanEdge.Role.INIT_PLAN) {
          below += plan.operators().get(edge.producer()).totalCost();
        }
      }
      self[i] = MS_PER_COST * Math.max(0, plan.operators().get(i).totalCost() - below);
    }
    return new Estimate(self, UNCERTAINTY, "cost");
  }
}
