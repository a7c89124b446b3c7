// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import dev.pgmend.learner.plan.Actual;
import dev.pgmend.learner.plan.PlanDag;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The self time of each operator of an execution. */
public final class SelfTimes {
  /** Rounding error of a loop's mean, because EXPLAIN prints three decimals. */
  private static final double ROUNDING_MS = 0.0005;

  private final PlanDag plan;
  private final ExecutionTree tree;

  /** With inputs, over all loops, per process; milliseconds. */
  private final double[] inclusive;

  private final double[] self;

  private SelfTimes(PlanDag plan) {
    this.plan = plan;
    tree = new ExecutionTree(plan);
    inclusive = new double[plan.size()];
    self = new double[plan.size()];
  }

  /**
   * Self times in ms, one per operator, from what EXPLAIN ANALYZE measured; none is negative, and
   * the latency of their {@link ActivityNetwork} is the root's measured time. Empty if the plan did
   * not run, or ran without timing.
   *
   * <p>Postgres reports the mean over the loops of all processes, including inputs. So a self time
   * is the mean times the loops, divided by the processes of a parallel query, minus the same of
   * its inputs. The time of a CTE or init plan is part of the operators that waited for it, and is
   * subtracted from those, first from the one with the most remaining time. Time that a Gather
   * waited for the slowest process is its own, unless the lanes of a Parallel Append explain it.
   * The time of a data-modifying CTE without a scan is added to the root's, because it runs after
   * it.
   */
  public static Optional<double[]> measured(PlanDag plan) {
    boolean timed =
        plan.operators().stream()
            .allMatch(op -> op.has("Actual Loops") && op.has("Actual Total Time"));
    return timed ? Optional.of(new SelfTimes(plan).compute()) : Optional.empty();
  }

  private double[] compute() {
    for (int v = 0; v < inclusive.length; v++) {
      var actual = plan.operators().get(v).actual().orElse(new Actual(0, 0, 0));
      inclusive[v] = actual.totalMs() * actual.loops() / tree.sharers(v);
    }
    undoRounding();
    takeOwnedInputs();
    takeSharedInputs();
    for (int v = 0; v < self.length; v++) {
      self[v] = Math.max(0, self[v]);
    }
    return self;
  }

  /** Shortens inputs that take longer than their consumer only because of rounding. */
  private void undoRounding() {
    for (int v = inclusive.length - 1; v >= 0; v--) {
      double over = tree.hasLanes(v) ? 0 : sum(tree.inSeries(v), inclusive) - inclusive[v];
      for (int input : tree.inSeries(v)) {
        double loops = plan.operators().get(input).actual().map(Actual::loops).orElse(0.0);
        double rounded = ROUNDING_MS * loops / tree.sharers(input);
        double less = Math.clamp(over, 0, Math.min(rounded, inclusive[input]));
        inclusive[input] -= less;
        over -= less;
      }
    }
  }

  private void takeOwnedInputs() {
    // How much later lanes end than if all processes were busy to the end.
    var skew = new double[self.length];
    for (int v = 0; v < self.length; v++) {
      double inputs = sum(tree.inSeries(v), inclusive) + max(tree.async(v), inclusive);
      double late = sum(tree.owned(v), skew);
      if (tree.hasLanes(v)) {
        inputs = sum(tree.owned(v), inclusive) / tree.processes(v);
        late +=
            tree.lanes(v, inclusive).stream()
                    .mapToDouble(lane -> sum(lane, inclusive))
                    .max()
                    .orElse(0)
                - inputs;
      }
      boolean gathers = tree.isGather(v);
      self[v] = inclusive[v] - inputs - (gathers ? late : 0);
      skew[v] = gathers ? 0 : late;
    }
  }

  private void takeSharedInputs() {
    // Last first, because what an init plan waited for is also part of its reader's time
    // it.
    for (int v = self.length - 1; v >= 0; v--) {
      double left = inclusive[v];
      var readers =
          tree.readers(v).stream()
              .sorted(Comparator.<Integer>comparingDouble(reader -> -self[reader]))
              .toList();
      for (int reader : readers) {
        double paid = Math.clamp(left, 0, Math.max(0, self[reader]));
        self[reader] -= paid;
        left -= paid;
      }
    }
  }

  private static double sum(List<Integer> operators, double[] of) {
    return operators.stream().mapToDouble(v -> of[v]).sum();
  }

  private static double max(List<Integer> operators, double[] of) {
    return operators.stream().mapToDouble(v -> of[v]).max().orElse(0);
  }
}
