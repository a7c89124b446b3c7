// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanOperator;
import dev.pgmend.learner.sona.Trajectory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExperienceTest {
  private final Experience experience = new Experience();

  @Test
  void usesTheMedianTimeOfAStatement() {
    for (double ms : new double[] {4, 1_000, 2, 3, 5}) {
      experience.add(new Trajectory(7, plan("Seq Scan", 1), ms));
    }
    assertThat(experience.plans()).extracting(ObservedPlan::observedMs).containsExactly(4.0);
  }

  @Test
  void forgetsTimesOfAnotherPlanButNotOfOtherCosts() {
    experience.add(new Trajectory(7, plan("Seq Scan", 1), 10));
    experience.add(new Trajectory(7, plan("Seq Scan", 2), 20));
    experience.add(new Trajectory(7, plan("Seq Scan", 3), 12));
    assertThat(experience.plans().getFirst().observedMs()).isEqualTo(12);
    experience.add(new Trajectory(7, plan("Index Scan", 1), 1));
    assertThat(experience.plans().getFirst().observedMs()).isEqualTo(1);
    assertThat(experience.plans().getFirst().plan()).isEqualTo(plan("Index Scan", 1));
  }

  @Test
  void forgetsTheLeastRecentlySeenStatement() {
    for (int i = 0; i < Experience.MAX_STATEMENTS; i++) {
      experience.add(new Trajectory(i, plan("Seq Scan", 1), 1));
    }
    experience.add(new Trajectory(0, plan("Seq Scan", 1), 1));
    experience.add(new Trajectory(-1, plan("Seq Scan", 1), 1));
    assertThat(experience.plans())
        .hasSize(Experience.MAX_STATEMENTS)
        .extracting(ObservedPlan::statement)
        .contains("0", "-1")
        .doesNotContain("1");
  }

  private static PlanDag plan(String type, int cost) {
    var operator =
        new PlanOperator(
            JsonNodeFactory.instance
                .objectNode()
                .put("Node Type", type)
                .put("Total Cost", cost)
                .put("Plan Rows", 1));
    return new PlanDag(List.of(operator), List.of(), Map.of());
  }
}
