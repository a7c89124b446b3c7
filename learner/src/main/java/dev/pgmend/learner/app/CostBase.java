package dev.pgmend.learner.app;

import dev.pgmend.learner.advice.CostTimes;
import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanOperator;
import dev.pgmend.learner.sona.Embedding;

/**
 * Postgres' cost as a base that can be adapted: what an operator does, on how much, is what its
 * time can be corrected by.
 */
final class CostBase implements Base {
  private static final double LEAST_MS = 1e-6;

  /** Kinds of work that hardware is good or bad at, as {@link #kindOf} numbers them. */
  private static final int KINDS = 8;

  /** Beside the kind: rows, width and cost, on a logarithmic scale. */
  private static final int MEASURES = 3;

  private final CostTimes cost = new CostTimes();

  @Override
  public String name() {
    return "cost-1";
  }

  @Override
  public int hidden() {
    return KINDS + MEASURES;
  }

  @Override
  public Guess guess(PlanDag plan) {
    var estimate = cost.of(plan);
    var hidden = new float[plan.size()][];
    var log = new float[plan.size()];
    var sum = new float[hidden()];
    for (int v = 0; v < plan.size(); v++) {
      hidden[v] = activations(plan.operators().get(v));
      log[v] = (float) Math.log(Math.max(LEAST_MS, estimate.selfMs()[v]));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += hidden[v][i];
      }
    }
    return new Guess(hidden, log, Embedding.of(sum), estimate.uncertainty());
  }

  private float[] activations(PlanOperator operator) {
    var activations = new float[hidden()];
    activations[kindOf(operator.type())] = 1;
    int at = KINDS;
    activations[at] = scaled(operator.planRows());
    activations[at + 1] = scaled(operator.planWidth());
    activations[at + 2] = scaled(operator.totalCost());
    return activations;
  }

  /** About 1 for a million. */
  private static float scaled(double value) {
    return (float) (Math.log1p(Math.max(0, value)) / 14);
  }

  private static int kindOf(NodeType type) {
    return switch (type) {
      case SEQ_SCAN, SAMPLE_SCAN, FOREIGN_SCAN, TID_SCAN, TID_RANGE_SCAN -> 0;
      case INDEX_SCAN, INDEX_ONLY_SCAN, BITMAP_HEAP_SCAN, BITMAP_INDEX_SCAN -> 1;
      case NESTED_LOOP, MERGE_JOIN, HASH_JOIN, HASH -> 2;
      case SORT, INCREMENTAL_SORT, MERGE_APPEND -> 3;
      case AGGREGATE, GROUP, UNIQUE, WINDOW_AGG, SET_OP -> 4;
      case GATHER, GATHER_MERGE -> 5;
      case MODIFY_TABLE, LOCK_ROWS -> 6;
      default -> 7;
    };
  }
}
