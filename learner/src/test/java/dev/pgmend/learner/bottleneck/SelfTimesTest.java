// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.learner.plan.ExplainJson;
import dev.pgmend.learner.plan.PlanDag;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Self times exclude inputs and shared subplans")
class SelfTimesTest {

  /** An operator with its measurements; the attributes are further JSON. */
  private static String op(
      String type, String attributes, double totalMs, int loops, String... inputs) {
    return String.format(
        Locale.ROOT,
        "{\"Node Type\": \"%s\", %s \"Actual Startup Time\": 0, \"Actual Total Time\": %s,"
            + " \"Actual Rows\": 1, \"Actual Loops\": %d, \"Plans\": [%s]}",
        type,
        attributes,
        totalMs,
        loops,
        String.join(", ", inputs));
  }

  private static String relation(String relationship) {
    return "\"Parent Relationship\": \"%s\", ".formatted(relationship);
  }

  private static PlanDag plan(String root) {
    return ExplainJson.parse("[{\"Plan\": " + root + "}]");
  }

  private static double[] self(PlanDag plan) {
    return SelfTimes.measured(plan).orElseThrow();
  }

  private static String member(double totalMs) {
    return op("Seq Scan", relation("Member"), totalMs, 1);
  }

  /** The example of the package's documentation. */
  private static PlanDag lanes() {
    return plan(
        op(
            "Gather",
            "\"Workers Planned\": 1, ",
            42,
            1,
            op(
                "Result",
                relation("InitPlan") + "\"Subplan Name\": \"InitPlan 1 (returns $0)\", ",
                4,
                1),
            op(
                "Append",
                relation("Outer") + "\"Parallel Aware\": true, ",
                33.5,
                2,
                member(30),
                member(20),
                member(15))));
  }

  @Test
  @DisplayName("members of a Parallel Append run on the first free lane")
  void putsMembersOnLanes() {
    var plan = lanes();
    var self = self(plan);
    assertThat(self).containsExactly(4, 30, 20, 15, 1, 2);
    var network = ActivityNetwork.of(plan, self);
    assertThat(network.latency(self)).isEqualTo(42);
    var found = Bottlenecks.find(plan, self, new double[] {4, 0, 0, 0, 1, 2});
    assertThat(found.operators()).containsExactly(2);
    assertThat(found.savableMs()).isEqualTo(5);
    assertThat(found.criticality(1)).isZero();
    assertThat(found.criticality(2)).isEqualTo(5.0 / 42);
    var curve =
        Bottlenecks.curve(
            plan, self, new double[] {4, 0, 0, 0, 1, 2}, new double[] {1, 1, 1, 2, 1, 1});
    assertThat(curve.get(1).operators()).containsExactly(1, 2);
    assertThat(curve.getLast().latencyMs()).isEqualTo(7);
  }

  @Test
  @DisplayName("loops count, and processes share the work below a Gather")
  void sharesWork() {
    var plan =
        plan(
            op(
                "Gather",
                "",
                50,
                1,
                op(
                    "Nested Loop",
                    relation("Outer"),
                    40,
                    3,
                    op("Seq Scan", relation("Outer") + "\"Parallel Aware\": true, ", 10, 3),
                    op("Index Scan", relation("Inner"), 0.01, 6000))));
    assertThat(self(plan)).containsExactly(10, 20, 10, 10);
  }

  @Test
  @DisplayName(
      "the time of a CTE is subtracted from its readers, first from the one with the most remaining time")
  void chargesReaders() {
    var scan = "\"CTE Name\": \"c\", ";
    var plan =
        plan(
            op(
                "Hash Join",
                "",
                130,
                1,
                op("Seq Scan", relation("InitPlan") + "\"Subplan Name\": \"CTE c\", ", 100, 1),
                op("CTE Scan", relation("Outer") + scan, 70, 1),
                op(
                    "Hash",
                    relation("Inner"),
                    55,
                    1,
                    op("CTE Scan", relation("Outer") + scan, 50, 1))));
    var self = self(plan);
    assertThat(self).containsExactly(100, 0, 20, 5, 5);
    assertThat(ActivityNetwork.of(plan, self).latency(self)).isEqualTo(130);
  }

  @Test
  @DisplayName("a data-modifying CTE without a scan is added to the root's time")
  void addsUnreadWrites() {
    var plan =
        plan(
            op(
                "Result",
                "",
                1,
                1,
                op(
                    "ModifyTable",
                    relation("InitPlan") + "\"Subplan Name\": \"CTE w\", ",
                    8,
                    1,
                    op("Seq Scan", relation("Outer"), 3, 1))));
    var self = self(plan);
    assertThat(self).containsExactly(3, 5, 1);
    assertThat(ActivityNetwork.of(plan, self).latency(self)).isEqualTo(9);
  }

  @Test
  @DisplayName("asynchronous members run in parallel, the others afterwards")
  void runsAsyncMembersInParallel() {
    var async = relation("Member") + "\"Async Capable\": true, ";
    var plan =
        plan(
            op(
                "Append",
                "",
                60,
                1,
                op("Foreign Scan", async, 30, 1),
                op("Foreign Scan", async, 20, 1),
                member(10)));
    var self = self(plan);
    assertThat(self).containsExactly(30, 20, 10, 20);
    assertThat(ActivityNetwork.of(plan, self).latency(self)).isEqualTo(60);
    assertThat(Bottlenecks.find(plan, self, new double[4]).criticality(0)).isEqualTo(10.0 / 60);
  }

  @Test
  @DisplayName("self times are never negative")
  void clamps() {
    var plan = plan(op("Limit", "", 5, 1, op("Seq Scan", relation("Outer"), 5.25, 1)));
    assertThat(self(plan)).containsExactly(5.2495, 0);
  }

  @Test
  @DisplayName("rounding errors of short loops are removed")
  void undoesRounding() {
    var plan =
        plan(
            op(
                "Nested Loop",
                "",
                10,
                1,
                op("Seq Scan", relation("Outer"), 1, 1),
                op("Index Scan", relation("Inner"), 0.001, 10_000)));
    assertThat(self(plan)).containsExactly(0.9995, 9.0005, 0);
  }

  @Test
  @DisplayName("a plan without timing has no self times")
  void needsMeasures() {
    Stream.of(
            "{\"Node Type\": \"Result\"}",
            "{\"Node Type\": \"Result\", \"Actual Rows\": 1, \"Actual Loops\": 1}")
        .forEach(root -> assertThat(SelfTimes.measured(plan(root))).isEmpty());
  }

  @Test
  @DisplayName(
      "the tree tells of rows, times and worth, marks the bottleneck, and shows a CTE once")
  void renders() {
    var plan = lanes();
    var self = self(plan);
    var found = Bottlenecks.find(plan, self, new double[] {4, 0, 0, 0, 1, 2});
    assertThat(PlanText.render(PlanText.lines(plan, self, found)))
        .isEqualTo(
            """
            operator                                  rows      self ms   worth
            Gather                                       1        2.000    0.0%
              InitPlan 1 (returns $0): Result            1        4.000    0.0%
              Parallel Append                            2        1.000    0.0%
                Seq Scan                                 1       30.000    0.0%
                Seq Scan                                 1       20.000   11.9%  ◀ bottleneck
                Seq Scan                                 1       15.000   11.9%
            """);
  }
}
