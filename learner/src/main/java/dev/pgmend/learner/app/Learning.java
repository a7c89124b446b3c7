package dev.pgmend.learner.app;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.learner.advice.CostTimes;
import dev.pgmend.learner.advice.OperatorTimes;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.workload.StatementLoad;

/** placeholder until model and sona arrive */
public final class Learning {
  public static Learning open(LearnerSettings settings) {
    return new Learning();
  }

  public static Learning untaught() {
    return new Learning();
  }

  public OperatorTimes times() {
    return new CostTimes();
  }

  public void observed(PlanDag plan, StatementLoad load) {}

  public void outcome(HealingAction action) {}

  public double medianError() {
    return 0;
  }

  public String device() {
    return "cpu";
  }

  public void save() {}

  public void saveIfDue() {}
}
