// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanOperator;
import dev.pgmend.learner.sona.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The plan and the median recent time of each statement. Frequent statements count no more than
 * others. The least recently seen statements are forgotten first. Not thread-safe.
 */
final class Experience {
  static final int MAX_STATEMENTS = 2_000;
  private static final int TIMES_KEPT = 31;

  /** Maximum number of plans for fitting; their activations take about 30 MB. */
  private static final int MAX_OPERATORS = 20_000;

  private final Map<Long, Seen> statements =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Seen> eldest) {
          return size() > MAX_STATEMENTS;
        }
      };

  /** One statement under one plan. */
  private static final class Seen {
    private PlanDag plan;
    private List<Object> shape;
    private final double[] times = new double[TIMES_KEPT];
    private int count;

    Seen(PlanDag plan) {
      this.plan = plan;
      shape = shape(plan);
    }

    void add(PlanDag as, double ms) {
      // A plan with new costs is the same plan. Times of another plan do not apply.
      var now = shape(as);
      if (!now.equals(shape)) {
        count = 0;
      }
      plan = as;
      shape = now;
      times[count++ % TIMES_KEPT] = ms;
    }

    double medianMs() {
      var known = Arrays.copyOf(times, Math.min(count, TIMES_KEPT));
      Arrays.sort(known);
      return known[known.length / 2];
    }

    private static List<Object> shape(PlanDag plan) {
      return List.of(plan.operators().stream().map(PlanOperator::name).toList(), plan.edges());
    }
  }

  void add(Trajectory trajectory) {
    statements
        .computeIfAbsent(trajectory.queryId(), _ -> new Seen(trajectory.plan()))
        .add(trajectory.plan(), trajectory.observedMs());
  }

  /** A plan with its time for each of the most recently seen statements. */
  List<ObservedPlan> plans() {
    var plans = new ArrayList<ObservedPlan>();
    int operators = 0;
    for (var seen : List.copyOf(statements.entrySet()).reversed()) {
      var plan = seen.getValue().plan;
      operators += plan.size();
      if (operators > MAX_OPERATORS) {
        break;
      }
      plans.add(
          new ObservedPlan("", Long.toString(seen.getKey()), plan, seen.getValue().medianMs()));
    }
    return plans;
  }
}
