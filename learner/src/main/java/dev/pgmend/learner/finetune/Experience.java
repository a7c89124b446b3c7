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
 * What each statement took lately: its plan, and the median of its last times. One that comes often
 * counts as much as any other. Statements that were not seen for longest are forgotten first. For
 * one thread.
 */
final class Experience {
  static final int MOST_STATEMENTS = 2_000;
  private static final int TIMES_KEPT = 31;

  /** Of the plans to fit to; the activations of so many take some 30 MB. */
  private static final int MOST_OPERATORS = 20_000;

  private final Map<Long, Seen> statements =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Seen> eldest) {
          return size() > MOST_STATEMENTS;
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
      // New costs are the same plan; what another plan took says nothing of this one.
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

  /** A plan with its time for each statement, those seen last as far as there is room. */
  List<ObservedPlan> plans() {
    var plans = new ArrayList<ObservedPlan>();
    int operators = 0;
    for (var seen : List.copyOf(statements.entrySet()).reversed()) {
      var plan = seen.getValue().plan;
      operators += plan.size();
      if (operators > MOST_OPERATORS) {
        break;
      }
      plans.add(
          new ObservedPlan("", Long.toString(seen.getKey()), plan, seen.getValue().medianMs()));
    }
    return plans;
  }
}
