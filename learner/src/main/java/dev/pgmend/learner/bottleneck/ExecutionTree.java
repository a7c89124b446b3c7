// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * The tree of operators by the run that each runs in. A plan is a graph, because several operators
 * may read the rows of one; in time it is a tree, because each runs once.
 */
final class ExecutionTree {
  private static final int NONE = -1;

  private final PlanDag plan;

  /** The operator that each one runs in; none for the root. */
  private final int[] home;

  /** The uppermost Gather above each operator in the workers' part of the plan. */
  private final int[] gather;

  /** The uppermost operator that runs each one in parallel to others. */
  private final int[] fork;

  private final List<List<Integer>> owned = new ArrayList<>();
  private final List<List<Integer>> runs = new ArrayList<>();
  private final List<List<Integer>> readers = new ArrayList<>();

  /** Subtrees with an operator whose work is shared by processes. */
  private final BitSet partial;

  ExecutionTree(PlanDag plan) {
    this.plan = plan;
    int n = plan.size();
    home = filled(n);
    gather = filled(n);
    fork = filled(n);
    partial = new BitSet(n);
    for (int v = 0; v < n; v++) {
      owned.add(new ArrayList<>());
      runs.add(new ArrayList<>());
      readers.add(List.of());
    }
    var outputs = plan.outputs();
    for (int v = n - 2; v >= 0; v--) {
      settle(v, outputs.get(v));
    }
    for (int v = 0; v < n; v++) {
      if (operator(v).isParallelAware() || owned.get(v).stream().anyMatch(partial::get)) {
        partial.set(v);
      }
    }
  }

  private static int[] filled(int n) {
    var array = new int[n];
    Arrays.fill(array, NONE);
    return array;
  }

  private void settle(int v, List<PlanEdge> outputs) {
    if (outputs.isEmpty()) {
      home[v] = plan.size() - 1;
      runs.getLast().addFirst(v);
    } else if (outputs.stream().anyMatch(edge -> !isShared(edge))) {
      own(v, outputs.getFirst().consumer());
    } else {
      share(v, outputs);
    }
  }

  private void own(int v, int consumer) {
    home[v] = consumer;
    owned.get(consumer).addFirst(v);
    var type = operator(consumer).type();
    boolean gathers = type == NodeType.GATHER || type == NodeType.GATHER_MERGE;
    gather[v] = gathers && gather[consumer] == NONE ? consumer : gather[consumer];
    boolean forks = gathers || operator(v).isAsyncCapable();
    fork[v] = forks && fork[consumer] == NONE ? consumer : fork[consumer];
  }

  private void share(int v, List<PlanEdge> outputs) {
    var where = outputs.stream().map(edge -> leaderAt(edge.consumer())).distinct().toList();
    home[v] = where.getFirst();
    runs.get(home[v]).addFirst(v);
    // A data-modifying CTE without a scan runs after the root.
    readers.set(
        v,
        outputs.stream()
            .filter(edge ->
                edge.role() == PlanEdge.Role.INIT_PLAN
                    || operator(edge.consumer()).type() == NodeType.CTE_SCAN)
            .map(edge -> leaderAt(edge.consumer()))
            .distinct()
            .toList());
  }

  private int leaderAt(int consumer) {
    return fork[consumer] == NONE ? consumer : fork[consumer];
  }

  private static boolean isShared(PlanEdge edge) {
    return edge.role() == PlanEdge.Role.CTE || edge.role() == PlanEdge.Role.INIT_PLAN;
  }

  private PlanOperator operator(int v) {
    return plan.operators().get(v);
  }

  int size() {
    return home.length;
  }

  /** Inputs that only this operator reads. */
  List<Integer> owned(int v) {
    return owned.get(v);
  }

  /** Operators that may have waited for this CTE or init plan; empty for other operators. */
  List<Integer> readers(int v) {
    return readers.get(v);
  }

  boolean isGather(int v) {
    return owned.get(v).stream().anyMatch(child -> gather[child] == v);
  }

  /** Whether each of its members runs in one process, in parallel to the others. */
  boolean hasLanes(int v) {
    return operator(v).type() == NodeType.APPEND
        && operator(v).isParallelAware()
        && gather[v] != NONE
        && owned.get(v).stream().noneMatch(partial::get);
  }

  private boolean isInLane(int v) {
    for (int at = v; gather[at] != NONE && home[at] != gather[at]; at = home[at]) {
      if (hasLanes(home[at])) {
        return true;
      }
    }
    return false;
  }

  /** The number of processes that run the operator's part of the plan; at least 1. */
  double processes(int v) {
    if (gather[v] == NONE) {
      return 1;
    }
    var child = operator(owned.get(gather[v]).getLast()).actual();
    var gathered = operator(gather[v]).actual();
    if (child.isPresent() && gathered.isPresent() && gathered.get().loops() > 0) {
      return Math.max(1, child.get().loops() / gathered.get().loops());
    }
    return 1 + operator(gather[v]).workersPlanned();
  }

  /** The number of processes that shared the measured time of an operator. */
  double sharers(int v) {
    return isInLane(v) ? 1 : processes(v);
  }

  /**
   * Assigns the members of a Parallel Append to processes by list scheduling (Graham 1966): in the
   * plan's order, each to the process that is free first.
   *
   * @param latency of each operator with its inputs, by position
   */
  List<List<Integer>> lanes(int v, double[] latency) {
    int count = (int) Math.round(processes(v));
    var busyUntil = new double[count];
    var lanes = new ArrayList<List<Integer>>();
    for (int i = 0; i < count; i++) {
      lanes.add(new ArrayList<>());
    }
    var longestFirst =
        owned.get(v).stream()
            .sorted(Comparator.<Integer>comparingDouble(member -> -latency[member]))
            .toList();
    for (int member : longestFirst) {
      int free = 0;
      for (int i = 1; i < count; i++) {
        free = busyUntil[i] < busyUntil[free] ? i : free;
      }
      busyUntil[free] += latency[member];
      lanes.get(free).add(member);
    }
    return lanes.stream().filter(lane -> !lane.isEmpty()).toList();
  }

  /** Inputs that an Append runs in parallel. */
  List<Integer> async(int v) {
    return owned.get(v).stream().filter(child -> operator(child).isAsyncCapable()).toList();
  }

  /** Inputs that run in series. */
  List<Integer> inSeries(int v) {
    return owned.get(v).stream().filter(child -> !operator(child).isAsyncCapable()).toList();
  }

  /** The composition of all operators, given their self times. */
  Composition composition(double[] self) {
    int n = size();
    var latency = new double[n];
    var built = new ArrayList<Composition>(n);
    for (int v = 0; v < n; v++) {
      var parts = new ArrayList<Composition>();
      runs.get(v).forEach(shared -> parts.add(built.get(shared)));
      if (hasLanes(v)) {
        parts.add(sideBySide(lanes(v, latency), built));
      } else {
        inSeries(v).forEach(child -> parts.add(built.get(child)));
        var async = async(v);
        if (!async.isEmpty()) {
          parts.add(sideBySide(async.stream().map(List::of).toList(), built));
        }
      }
      parts.add(new Composition.One(v));
      built.add(parts.size() == 1 ? parts.getFirst() : new Composition.Series(parts));
      latency[v] = built.get(v).latency(self);
    }
    return built.getLast();
  }

  private static Composition sideBySide(List<List<Integer>> lanes, List<Composition> built) {
    return new Composition.Parallel(
        lanes.stream()
            .<Composition>map(
                lane -> new Composition.Series(lane.stream().map(built::get).toList()))
            .toList());
  }
}
