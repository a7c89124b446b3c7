package dev.pgmend.learner.bottleneck;

import dev.pgmend.learner.plan.Actual;
import dev.pgmend.learner.plan.PlanDag;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How long each operator of an execution itself took. */
public final class SelfTimes {
  /** By how much the mean of a loop may be wrong: EXPLAIN gives three decimals. */
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
   * <p>What Postgres tells of an operator is the mean of its loops, over all processes, inputs
   * included. So a self time is mean times loops, shared among the processes of a parallel query,
   * less the same of its inputs. The time of a CTE or init plan is in that of the operators that
   * waited for it: it is taken from those, first from the one with the most time left. Time that a
   * Gather spent waiting for the slowest process is its own, except where lanes of a Parallel
   * Append explain it. Time of a writing CTE that nobody reads comes on top of the root's, as in
   * fact it does.
   */
  public static Optional<double[]> measured(PlanDag plan) {
    boolean timed =
        plan.operators().stream()
            .allMatch(op -> op.has("Actual Loops") && op.has("Actual Total Time"));
    return timed ? Optional.of(new SelfTimes(plan).compute()) : Optional.empty();
  }

  private double[] compute() {
    for (int v = 0; v < inclusive.length; v++) {
      var actual = plan.operators().get(v).actual().orElse(new Actual(0, 0, 0, 0));
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

  /** Inputs that by rounding alone take longer than what waits for them are shortened. */
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
    // By how much lanes end later than they would were all processes busy to the end.
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
    // The last first: what an init plan waited for is in the time of its reader too, and goes with
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
