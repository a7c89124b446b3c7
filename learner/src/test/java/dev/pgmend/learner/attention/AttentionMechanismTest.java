// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionMechanismTest {
  /**
   * <pre>
   * 0 seq scan, 1 hash over 0, 2 index scan, 3 hash join of 2 and 1, 4 sort over 3
   * </pre>
   */
  private static final PlanDag JOIN =
      plan(
          List.of("Seq Scan", "Hash", "Index Scan", "Hash Join", "Sort"),
          edge(0, 1, PlanEdge.Role.OUTER),
          edge(2, 3, PlanEdge.Role.OUTER),
          edge(1, 3, PlanEdge.Role.INNER),
          edge(3, 4, PlanEdge.Role.OUTER));

  static Stream<AttentionMechanism> mechanisms() {
    return AttentionMechanism.all().stream();
  }

  @ParameterizedTest
  @MethodSource("mechanisms")
  void operatorWithoutContextAttendsToItself(AttentionMechanism mechanism) {
    var single = plan(List.of("Result"));
    var context = mechanism.context(PlanGraph.of(single, new double[] {1}));
    assertThat(row(context, 0)).containsExactly(0);
  }

  @ParameterizedTest
  @MethodSource("mechanisms")
  void onlyParallelBranchAttendsBeyondAncestors(AttentionMechanism mechanism) {
    var random = new Random(3);
    for (int size = 1; size < 60; size++) {
      var plan = random(size, random);
      var context = mechanism.context(PlanGraph.of(plan, times(size, random)));
      var ancestors = plan.ancestors();
      for (int v = 0; v < size; v++) {
        var attended = bits(row(context, v));
        if (mechanism instanceof AttentionMechanism.ParallelBranch) {
          assertThat(contains(attended, ancestors.get(v))).isTrue();
        } else if (ancestors.get(v).isEmpty()) {
          assertThat(attended).isEqualTo(bits(v));
        } else if (mechanism instanceof AttentionMechanism.CausalCone) {
          assertThat(contains(ancestors.get(v), attended)).isTrue();
        } else {
          assertThat(attended).isEqualTo(ancestors.get(v));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("mechanisms")
  void weightsOfEachRowSumToOne(AttentionMechanism mechanism) {
    var random = new Random(5);
    int size = 40;
    var context = mechanism.context(PlanGraph.of(random(size, random), times(size, random)));
    var ones = new float[size * 32];
    Arrays.fill(ones, 1);
    var rows =
        new SparseAttention.Rows(
            gaussian(ones.length, random),
            gaussian(ones.length, random),
            ones,
            new float[ones.length]);
    new SparseAttention(32, 2).attend(context, new SparseAttention.Bias(1.5f, 0.7f), rows);
    for (float value : rows.out()) {
      assertThat(value).isCloseTo(1, within(1e-5f));
    }
  }

  @Test
  void einsteinMidpointOfEqualPointsIsThatPoint() {
    var random = new Random(5);
    int size = 30;
    var plan = random(size, random);
    var graph = PlanGraph.of(plan, times(size, random));
    var context = new AttentionMechanism.HierarchicalLorentz().context(graph);
    var values = new float[size * 32];
    Arrays.fill(values, 0.3f);
    var rows =
        new SparseAttention.Rows(
            gaussian(values.length, random),
            gaussian(values.length, random),
            values,
            new float[values.length]);
    new SparseAttention(32, 2).attendHyperbolic(context, 1, graph.radii(), rows);
    for (float value : rows.out()) {
      assertThat(value).isCloseTo(0.3f, within(1e-4f));
    }
  }

  @Test
  void causalConeReachesTenHopsAndPenalizesEach() {
    int size = 15;
    var edges = new PlanEdge[size - 1];
    for (int v = 1; v < size; v++) {
      edges[v - 1] = edge(v - 1, v, PlanEdge.Role.OUTER);
    }
    var chain = plan(Collections.nCopies(size, "Result"), edges);
    var context =
        new AttentionMechanism.CausalCone().context(PlanGraph.of(chain, new double[size]));
    assertThat(row(context, 14)).containsExactly(13, 12, 11, 10, 9, 8, 7, 6, 5, 4);
    assertThat(terms(context.first(), context, 14))
        .containsExactly(-1, -2, -3, -4, -5, -6, -7, -8, -9, -10);
  }

  @Test
  void criticalPathBoostsTheLongestPathByTime() {
    var graph = PlanGraph.of(JOIN, new double[] {10, 1, 5, 1, 1});
    var context = new AttentionMechanism.CriticalPath().context(graph);
    // Through the hash: 10 + 1 is more than 5.
    assertThat(row(context, 4)).containsExactly(3, 2, 1, 0);
    assertThat(terms(context.first(), context, 4)).containsExactly(1, 0, 1, 1);
  }

  @Test
  void criticalityIsThePossibleSaving() {
    var graph = PlanGraph.of(JOIN, new double[] {10, 1, 5, 1, 1});
    // Without the first scan the path through the other one is the longest: 7 instead of 13.
    assertThat(graph.criticality()[0]).isCloseTo(6f / 13, within(1e-6f));
    assertThat(graph.criticality()[2]).isZero();
    assertThat(graph.criticality()[4]).isCloseTo(1f / 13, within(1e-6f));
  }

  @Test
  void gateIsOpenAboveOneHalf() {
    var graph = PlanGraph.of(JOIN, new double[5], new float[] {0.9f, 0.5f, 0.25f, 0, 1});
    var context = new AttentionMechanism.MinCutGated().context(graph);
    assertThat(row(context, 4)).containsExactly(3, 2, 1, 0);
    assertThat(terms(context.first(), context, 4))
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly((float) Math.log(0.05), (float) Math.log(0.5), 0f, 0f);
  }

  @Test
  void parallelBranchAttendsToTheOtherSideOfAJoin() {
    var graph = PlanGraph.of(JOIN, new double[5]);
    var context = new AttentionMechanism.ParallelBranch().context(graph);
    assertThat(row(context, 2)).containsExactlyInAnyOrder(1, 0);
    assertThat(terms(context.first(), context, 2)).containsOnly(1);
    assertThat(terms(context.second(), context, 2)).containsOnly(0);
  }

  @Test
  void parallelBranchBoostsSharedAncestors() {
    // 0 a CTE, 1 and 2 scans of it, 3 their join.
    var shared =
        plan(
            List.of("Seq Scan", "CTE Scan", "CTE Scan", "Nested Loop"),
            edge(0, 1, PlanEdge.Role.CTE),
            edge(0, 2, PlanEdge.Role.CTE),
            edge(1, 3, PlanEdge.Role.OUTER),
            edge(2, 3, PlanEdge.Role.INNER));
    var context =
        new AttentionMechanism.ParallelBranch().context(PlanGraph.of(shared, new double[4]));
    assertThat(row(context, 1)).containsExactly(0, 2);
    assertThat(terms(context.first(), context, 1)).containsExactly(0, 1);
    assertThat(terms(context.second(), context, 1)).containsExactly(1, 0);
  }

  @Test
  void temporalBoostsOperatorsActiveWithinFiftyMilliseconds() {
    // The sort begins when its input ends; the scan of 1000 ms ended 200 ms before.
    var plan =
        plan(
            List.of("Seq Scan", "Sort", "Sort", "Sort"),
            edge(0, 1, PlanEdge.Role.OUTER),
            edge(1, 2, PlanEdge.Role.OUTER),
            edge(2, 3, PlanEdge.Role.OUTER));
    var graph = PlanGraph.of(plan, new double[] {1000, 170, 30, 5});
    var context = new AttentionMechanism.TemporalBtsp().context(graph);
    assertThat(row(context, 3)).containsExactly(2, 1, 0);
    assertThat(terms(context.first(), context, 3)).containsExactly(1, 1, 0);
  }

  private static PlanDag plan(List<String> types, PlanEdge... edges) {
    var json = new ObjectMapper();
    var operators =
        types.stream()
            .map(type -> new PlanOperator(json.createObjectNode().put("Node Type", type)))
            .toList();
    return new PlanDag(operators, List.of(edges), Map.of());
  }

  private static PlanEdge edge(int producer, int consumer, PlanEdge.Role role) {
    return new PlanEdge(producer, consumer, role);
  }

  private static PlanDag random(int size, Random random) {
    var edges = new ArrayList<PlanEdge>();
    for (int v = 0; v < size - 1; v++) {
      edges.add(edge(v, v + 1 + random.nextInt(Math.min(4, size - 1 - v)), PlanEdge.Role.OUTER));
    }
    return plan(Collections.nCopies(size, "Append"), edges.toArray(PlanEdge[]::new));
  }

  private static double[] times(int size, Random random) {
    return random.doubles(size, 0, 100).toArray();
  }

  private static float[] gaussian(int size, Random random) {
    var values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int[] row(SparseContext context, int v) {
    return Arrays.copyOfRange(context.columns(), context.offsets()[v], context.offsets()[v + 1]);
  }

  private static float[] terms(float[] of, SparseContext context, int v) {
    return Arrays.copyOfRange(of, context.offsets()[v], context.offsets()[v + 1]);
  }

  private static BitSet bits(int... positions) {
    var bits = new BitSet();
    Arrays.stream(positions).forEach(bits::set);
    return bits;
  }

  private static boolean contains(BitSet all, BitSet some) {
    var missing = (BitSet) some.clone();
    missing.andNot(all);
    return missing.isEmpty();
  }
}
