// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.LeftOutPlans;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.sona.Trajectory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

/**
 * Statements of a cluster where the bundled model is right but for its joins, which take longer by
 * a factor, and for noise.
 */
public final class SlowJoins {
  private final LatencyModel model = LatencyModel.bundled();
  private final List<PlanDag> plans = new ArrayList<>();
  private final double factor;
  private final double noise;
  private final Random random;

  /**
   * @param factor of the joins' times
   * @param noise standard deviation of each statement in log time, the same each time it runs
   */
  public SlowJoins(double factor, double noise, long seed) {
    this.factor = factor;
    this.noise = noise;
    random = new Random(seed);
    var statements = new HashSet<String>();
    for (var plan : LeftOutPlans.read()) {
      if (statements.add(plan.statement())) {
        plans.add(plan.plan());
      }
    }
  }

  /** Each statement so many times. */
  public List<Trajectory> run(int times) {
    var run = new ArrayList<Trajectory>();
    for (int i = 0; i < plans.size(); i++) {
      var ms = trueMs(plans.get(i)) * Math.exp(noise * random.nextGaussian());
      for (int j = 0; j < times; j++) {
        run.add(new Trajectory(i, plans.get(i), ms * Math.exp(0.05 * random.nextGaussian())));
      }
    }
    return run;
  }

  private double trueMs(PlanDag plan) {
    var log = model.predict(plan).logSelfMs();
    double ms = 0;
    for (int v = 0; v < log.length; v++) {
      ms += Math.exp(log[v]) * (plan.operators().get(v).type().isJoin() ? factor : 1);
    }
    return ms;
  }
}
