// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanOperator;

/**
 * Operator times from Postgres' own cost: the baseline of the model, and its substitute where the
 * model is less accurate.
 *
 * <p>EXPLAIN shows an operator's cost for one complete run, including its inputs. Its cost in the
 * plan is computed from the root down: under a LIMIT only a share runs, and the inner side of a
 * nested loop runs once per outer row. An operator's own cost is the rest after subtracting its
 * inputs.
 */
public final class CostTimes implements OperatorTimes {
  /** Milliseconds per unit of cost on common hardware. It cancels out when plans are compared. */
  private static final double MS_PER_COST = 0.01;

  /** The factor that cost is off by at most, in either direction, with 80% probability. */
  private static final double UNCERTAINTY = 4;

  @Override
  public Estimate of(PlanDag plan) {
    return new Estimate(new Shares(plan).selfMs(), UNCERTAINTY, "cost");
  }

  private static final class Shares {
    private final PlanDag plan;

    /** Cost of all runs, including inputs. */
    private final double[] spent;

    private final double[] runs;
    private final double[] shareOfRun;

    Shares(PlanDag plan) {
      this.plan = plan;
      spent = new double[plan.size()];
      runs = new double[plan.size()];
      shareOfRun = new double[plan.size()];
    }

    double[] selfMs() {
      var self = new double[plan.size()];
      var inputs = plan.inputs();
      int root = plan.size() - 1;
      runs[root] = 1;
      shareOfRun[root] = 1;
      spent[root] = plan.root().totalCost();
      for (int v = root; v >= 0; v--) {
        if (runs[v] == 0) {
          runOnce(v);
        }
        double below = 0;
        for (var edge : inputs.get(v)) {
          if (isPartOfConsumer(edge)) {
            pass(v, edge, inputs.get(v).getFirst().producer());
            below += spent[edge.producer()];
          }
        }
        // The savings of Materialize and Memoize make inputs cost more than the whole.
        double scale = below > spent[v] ? spent[v] / below : 1;
        for (var edge : inputs.get(v)) {
          if (isPartOfConsumer(edge)) {
            spent[edge.producer()] *= scale;
          }
        }
        self[v] = MS_PER_COST * Math.max(0, spent[v] - below);
      }
      return self;
    }

    /** A CTE, an init plan or a sub-plan: the planner charges its repetitions to the consumer. */
    private void runOnce(int v) {
      runs[v] = 1;
      shareOfRun[v] = 1;
      spent[v] = plan.operators().get(v).totalCost();
    }

    private void pass(int v, PlanEdge edge, int outer) {
      var consumer = plan.operators().get(v);
      var producer = plan.operators().get(edge.producer());
      double share = passesOn(consumer, edge) ? shareOfRun[v] : 1;
      if (consumer.type() == NodeType.LIMIT) {
        share *= shareUnder(consumer, producer);
      }
      double repeats =
          consumer.type() == NodeType.NESTED_LOOP && edge.role() == PlanEdge.Role.INNER
              ? Math.max(1, plan.operators().get(outer).planRows() * shareOfRun[v])
              : 1;
      runs[edge.producer()] = runs[v] * repeats;
      shareOfRun[edge.producer()] = share;
      double toTheFirst = producer.startupCost();
      spent[edge.producer()] =
          runs[edge.producer()] * (toTheFirst + share * (producer.totalCost() - toTheFirst));
    }

    private static double shareUnder(PlanOperator limit, PlanOperator producer) {
      double run = producer.totalCost() - producer.startupCost();
      return run <= 0 ? 1 : Math.clamp((limit.totalCost() - producer.startupCost()) / run, 0, 1);
    }

    private static boolean isPartOfConsumer(PlanEdge edge) {
      return switch (edge.role()) {
        case OUTER, INNER, MEMBER, SUBQUERY -> true;
        case CTE, INIT_PLAN, SUB_PLAN -> false;
      };
    }

    /** Whether an operator reads only as many rows of this input as its own consumer requests. */
    private static boolean passesOn(PlanOperator consumer, PlanEdge edge) {
      return switch (consumer.type()) {
        case SORT, HASH, MODIFY_TABLE, SET_OP, RECURSIVE_UNION -> false;
        case AGGREGATE -> consumer.strategy().equals("Sorted");
        case HASH_JOIN -> edge.role() == PlanEdge.Role.OUTER;
        default -> true;
      };
    }
  }
}
