// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import dev.pgmend.learner.plan.PlanDag;
import java.util.Arrays;
import java.util.BitSet;

/**
 * An execution as an activity-on-arc network (Kelley 1961): events are points in time, each
 * operator is one arc between two of them, and an event has happened when all arcs into it are
 * complete. The longest path from {@link #SOURCE} to {@link #SINK} is the latency. Two-terminal
 * series-parallel by construction.
 */
public final class ActivityNetwork {
  /** The event at which the execution begins. */
  static final int SOURCE = 0;

  /** The event at which the execution has ended. */
  static final int SINK = 1;

  private static final double NO_PATH = Double.NEGATIVE_INFINITY;

  private final int[] from;
  private final int[] to;

  /** Operators in an order in which each comes after all operators that end where it begins. */
  private final int[] order;

  private int placed;
  private int events = 2;

  private ActivityNetwork(int operators) {
    from = new int[operators];
    to = new int[operators];
    order = new int[operators];
    Arrays.fill(from, -1);
  }

  /**
   * The network of a plan's execution; which member of a Parallel Append runs on which lane follows
   * from the self times.
   *
   * @param selfMs one per operator
   * @throws IllegalArgumentException if the times do not fit the plan
   */
  public static ActivityNetwork of(PlanDag plan, double[] selfMs) {
    requireTimes(selfMs, plan.size());
    return of(new ExecutionTree(plan).composition(selfMs), plan.size());
  }

  /**
   * The network of a composition.
   *
   * @param operators number of operators; each occurs once
   * @throws IllegalArgumentException if one is missing or occurs twice
   */
  public static ActivityNetwork of(Composition composition, int operators) {
    var network = new ActivityNetwork(operators);
    network.lay(composition, SOURCE, SINK);
    if (network.placed < operators) {
      throw new IllegalArgumentException(
          "%d of %d operators are missing".formatted(operators - network.placed, operators));
    }
    return network;
  }

  /**
   * @throws IllegalArgumentException if there is not one finite time of at least 0 per operator
   */
  static void requireTimes(double[] times, int operators) {
    if (times.length != operators) {
      throw new IllegalArgumentException(
          "%d times for %d operators".formatted(times.length, operators));
    }
    for (double time : times) {
      if (!(time >= 0 && time < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("not a time: " + time);
      }
    }
  }

  /** Places the arcs into an event before those out of it. */
  private void lay(Composition composition, int begin, int end) {
    switch (composition) {
      case Composition.One(int operator) -> place(operator, begin, end);
      case Composition.Parallel(var branches) ->
          branches.forEach(branch -> lay(branch, begin, end));
      case Composition.Series(var parts) -> {
        int at = begin;
        for (int i = 0; i < parts.size(); i++) {
          int next = i == parts.size() - 1 ? end : events++;
          lay(parts.get(i), at, next);
          at = next;
        }
      }
    }
  }

  private void place(int operator, int begin, int end) {
    if (operator < 0 || operator >= from.length || from[operator] >= 0) {
      throw new IllegalArgumentException(
          "operator %d occurs twice or is not one of %d".formatted(operator, from.length));
    }
    from[operator] = begin;
    to[operator] = end;
    order[placed++] = operator;
  }

  /** The number of operators. */
  public int size() {
    return from.length;
  }

  int events() {
    return events;
  }

  int from(int operator) {
    return from[operator];
  }

  int to(int operator) {
    return to[operator];
  }

  /** The longest path in the unit of the durations, one per operator; O(n). */
  public double latency(double[] durations) {
    return heads(durations)[SINK];
  }

  /** The longest path that avoids some operators; negative infinity if there is none. */
  double latencyAvoiding(BitSet avoided, double[] durations) {
    var without = durations.clone();
    avoided.stream().forEach(v -> without[v] = NO_PATH);
    return latency(without);
  }

  /**
   * The total float of each operator: how much slower it could be without delaying the whole. 0 on
   * the critical path, up to rounding.
   */
  double[] slacks(double[] durations) {
    var heads = heads(durations);
    var tails = tails(durations);
    var slacks = new double[size()];
    for (int v = 0; v < slacks.length; v++) {
      slacks[v] = Math.max(0, heads[SINK] - heads[from[v]] - durations[v] - tails[to[v]]);
    }
    return slacks;
  }

  /** Longest path from the source to each event. */
  private double[] heads(double[] durations) {
    var heads = new double[events];
    Arrays.fill(heads, NO_PATH);
    heads[SOURCE] = 0;
    for (int v : order) {
      heads[to[v]] = Math.max(heads[to[v]], heads[from[v]] + durations[v]);
    }
    return heads;
  }

  /** Longest path from each event to the sink. */
  private double[] tails(double[] durations) {
    var tails = new double[events];
    Arrays.fill(tails, NO_PATH);
    tails[SINK] = 0;
    for (int i = order.length - 1; i >= 0; i--) {
      int v = order[i];
      tails[from[v]] = Math.max(tails[from[v]], tails[to[v]] + durations[v]);
    }
    return tails;
  }
}
