// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import java.util.List;

/**
 * The planner's estimate of each operator's work over the whole execution, by position.
 *
 * @param loops number of executions: once per outer row inside a nested loop, once per row that
 *     needs a SubPlan
 * @param fraction the share of its rows that is requested, above 0 and at most 1; below 1 if a
 *     LIMIT or a join stops early
 * @param selfCost cost per loop without inputs, in the planner's unit
 * @param cost {@code selfCost * loops * fraction}
 * @param processes processes that share it: leader and workers
 * @param underLimit whether a Limit above may stop it early
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record PlanWork(
    double[] loops,
    double[] fraction,
    double[] selfCost,
    double[] cost,
    double[] processes,
    boolean[] underLimit) {
  private static final double MIN_FRACTION = 1e-4;

  /** Until Postgres 17 the planner adds this to each operator of a kind that is turned off. */
  private static final double DISABLE_COST = 1e10;

  /**
   * Total cost of an operator without the penalties for operators that are turned off, which are
   * not work. Applied only if something is turned off, because a real cost can be that high.
   */
  public static double totalCost(PlanDag plan, int v) {
    return withoutPenalty(plan, plan.operators().get(v).totalCost());
  }

  /** The same of the cost until the first row. */
  public static double startupCost(PlanDag plan, int v) {
    return withoutPenalty(plan, plan.operators().get(v).startupCost());
  }

  private static double withoutPenalty(PlanDag plan, double cost) {
    boolean penalised =
        cost >= DISABLE_COST
            && plan.settings().entrySet().stream()
                .anyMatch(setting ->
                    setting.getKey().startsWith("enable_") && setting.getValue().equals("off"));
    return penalised ? cost % DISABLE_COST : cost;
  }

  /** Computed from the root down. */
  public static PlanWork of(PlanDag plan) {
    int n = plan.size();
    var work =
        new PlanWork(
            new double[n],
            new double[n],
            new double[n],
            new double[n],
            new double[n],
            new boolean[n]);
    var inputs = plan.inputs();
    work.loops[n - 1] = 1;
    work.fraction[n - 1] = 1;
    work.processes[n - 1] = 1;
    for (int v = n - 1; v >= 0; v--) {
      if (work.loops[v] == 0) {
        // Without a reader: a data-modifying CTE, or a value of an expression that was removed.
        work.loops[v] = 1;
        work.fraction[v] = 1;
        work.processes[v] = 1;
      }
      work.passDown(plan, v, inputs.get(v));
    }
    return work;
  }

  private void passDown(PlanDag plan, int v, List<PlanEdge> inputs) {
    var operator = plan.operators().get(v);
    double inputCost = 0;
    for (var edge : inputs) {
      if (!isShared(edge)) {
        inputCost += totalCost(plan, edge.producer()) * loopsPerRun(plan, edge, inputs);
      }
    }
    double total = totalCost(plan, v);
    selfCost[v] = Math.max(0, total - inputCost);
    cost[v] = selfCost[v] * loops[v] * fraction[v];
    // If a Limit costs less than its input, the input is not read to its end.
    double asked =
        inputCost > total && total > 0
            ? Math.max(MIN_FRACTION, total / inputCost) * fraction[v]
            : isBlocking(operator.type()) ? 1 : fraction[v];
    boolean limited =
        operator.type() == NodeType.LIMIT || (underLimit[v] && !isBlocking(operator.type()));
    for (var edge : inputs) {
      pass(plan, edge, inputs, asked, limited);
    }
  }

  private void pass(
      PlanDag plan, PlanEdge edge, List<PlanEdge> inputs, double asked, boolean limited) {
    int v = edge.consumer();
    int u = edge.producer();
    if (isShared(edge)) {
      loops[u] = 1;
      fraction[u] = 1;
      processes[u] = 1;
      return;
    }
    loops[u] = Math.max(loops[u], loops[v] * loopsPerRun(plan, edge, inputs));
    fraction[u] = Math.max(fraction[u], Math.max(MIN_FRACTION, asked));
    processes[u] = Math.max(processes[u], processes[v] + plan.operators().get(v).workersPlanned());
    underLimit[u] |= limited;
  }

  /** How many times a producer runs while its consumer runs once. */
  private static double loopsPerRun(PlanDag plan, PlanEdge edge, List<PlanEdge> inputs) {
    var consumer = plan.operators().get(edge.consumer());
    if (edge.role() == PlanEdge.Role.SUB_PLAN) {
      return Math.max(1, consumer.planRows());
    }
    boolean rerun =
        edge.role() == PlanEdge.Role.INNER
            && consumer.type() == NodeType.NESTED_LOOP
            && plan.operators().get(edge.producer()).type() != NodeType.MATERIALIZE;
    if (!rerun) {
      return 1;
    }
    return inputs.stream()
        .filter(other -> other.role() == PlanEdge.Role.OUTER)
        .mapToDouble(other -> Math.max(1, plan.operators().get(other.producer()).planRows()))
        .findFirst()
        .orElse(1);
  }

  private static boolean isShared(PlanEdge edge) {
    return edge.role() == PlanEdge.Role.CTE || edge.role() == PlanEdge.Role.INIT_PLAN;
  }

  /** Whether it reads all of its input before it returns its first row. */
  public static boolean isBlocking(NodeType type) {
    return switch (type) {
      case SORT, HASH, AGGREGATE, BITMAP_INDEX_SCAN, BITMAP_AND, BITMAP_OR -> true;
      default -> false;
    };
  }
}
