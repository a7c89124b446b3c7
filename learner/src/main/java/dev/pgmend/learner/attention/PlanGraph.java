package dev.pgmend.learner.attention;

import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanWork;
import java.util.List;

/**
 * What the mechanisms need to know of a plan with n operators. Ancestors are held by rows: those of
 * v are from {@code offsets[v]} to {@code offsets[v + 1]}, nearest first.
 *
 * @param inputs edges into each operator
 * @param outputs edges out of each operator
 * @param ancestors z, positions
 * @param hops z, edges on the shortest way from the ancestor
 * @param depths n, edges down from the root
 * @param critical n, whether on the longest path by estimated time
 * @param criticality n, the share of the latency that is saved were the operator to take no time
 * @param beginMs n, when it is first active, as estimated
 * @param endMs n, when it is last active
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
   * Computes it.
   *
   * @param estimatedMs self times, n, where none were measured those that the cost suggests
   */
  public static PlanGraph of(PlanDag plan, double[] estimatedMs) {
    var path = LongestPath.of(plan, estimatedMs);
    return of(plan, estimatedMs, path.criticality());
  }

  /** The same, with criticalities that were found by other means. */
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

  /** One process: producers first. An operator that does not block runs while its inputs do. */
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

  /** How many operators. */
  public int size() {
    return depths.length;
  }

  /** How many ancestors the operator has. */
  public int ancestorCount(int v) {
    return offsets[v + 1] - offsets[v];
  }
}
