// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanWork;
import java.util.List;

/**
 * The properties of a plan with n operators that the mechanisms need. Ancestors are stored by rows:
 * those of v are from {@code offsets[v]} to {@code offsets[v + 1]}, nearest first.
 *
 * @param inputs edges into each operator
 * @param outputs edges out of each operator
 * @param ancestors z, positions
 * @param hops z, edges on the shortest way from the ancestor
 * @param depths n, edges down from the root
 * @param critical n, whether on the longest path by estimated time
 * @param criticality n, the share of the latency that would be saved if the operator took no time
 * @param beginMs n, estimated time at which it becomes active
 * @param endMs n, estimated time at which it ends
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record PlanGraph(
    List<List<PlanEdge>> inputs,
    List<List<PlanEdge>> outputs,
    int[] offsets,
    int[] ancestors,
    int[] hops,
    int[] depths,
    boolean[] critical,
    float[] criticality,
    double[] beginMs,
    double[] endMs) {

  /**
   * Computes the graph.
   *
   * @param estimatedMs self times, n; estimated from the cost if they were not measured
   */
  public static PlanGraph of(PlanDag plan, double[] estimatedMs) {
    var path = LongestPath.of(plan, estimatedMs);
    return of(plan, estimatedMs, path.criticality());
  }

  /** The same with given criticalities. */
  public static PlanGraph of(PlanDag plan, double[] estimatedMs, float[] criticality) {
    var inputs = plan.inputs();
    var rows = AncestorRows.of(inputs);
    int n = plan.size();
    var begin = new double[n];
    var end = new double[n];
    schedule(plan, inputs, estimatedMs, begin, end);
    return new PlanGraph(
        inputs,
        plan.outputs(),
        rows.offsets(),
        rows.ancestors(),
        rows.hops(),
        plan.depths(),
        LongestPath.of(plan, estimatedMs).onPath(),
        criticality,
        begin,
        end);
  }

  /** Simulates one process, producers first. A non-blocking operator runs while its inputs run. */
  private static void schedule(
      PlanDag plan, List<List<PlanEdge>> inputs, double[] ms, double[] begin, double[] end) {
    double now = 0;
    for (int v = 0; v < plan.size(); v++) {
      begin[v] = now;
      now += ms[v];
      end[v] = now;
      if (!PlanWork.isBlocking(plan.operators().get(v).type())) {
        for (var edge : inputs.get(v)) {
          begin[v] = Math.min(begin[v], begin[edge.producer()]);
        }
      }
    }
  }

  /** Distance of each operator from the origin of the hyperboloid: ln(1 + depth); n. */
  public float[] radii() {
    var radii = new float[depths.length];
    for (int v = 0; v < depths.length; v++) {
      radii[v] = (float) Math.log1p(depths[v]);
    }
    return radii;
  }

  /** The number of operators. */
  public int size() {
    return depths.length;
  }
}
