// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.learner.plan.NodeType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MechanismSelectorTest {
  private static final PlanClass SORTS = new PlanClass(NodeType.SORT, 3);
  private static final PlanClass JOINS = new PlanClass(NodeType.HASH_JOIN, 3);
  private static final double BEST = 0.8;
  private static final double OTHERS = 0.5;

  @Test
  void triesEachMechanismBeforeRepeatingOne() {
    var selector = new MechanismSelector(new Random(1), 0);
    for (int i = 0; i < Mechanism.values().length; i++) {
      selector.reward(SORTS, selector.choose(SORTS), 0.5);
    }
    assertThat(selector.arms(SORTS).values())
        .extracting(MechanismSelector.Arm::choices)
        .containsOnly(1L);
  }

  /** Auer et al., theorem 1, for c = sqrt 2: sum of 8 ln(n) / gap, and a constant. */
  @Test
  void regretIsBelowTheLogarithmicBoundOfUcb1() {
    double gap = BEST - OTHERS;
    int others = Mechanism.values().length - 1;
    for (int rounds : new int[] {1_000, 10_000, 100_000}) {
      double bound = others * (8 * Math.log(rounds) / gap + (1 + Math.PI * Math.PI / 3) * gap);
      assertThat(regret(rounds, 0)).isLessThan(bound);
    }
    assertThat(regret(100_000, 0)).isLessThan(3 * regret(10_000, 0));
  }

  @Test
  void choosesRandomlyInTenPercentByDefault() {
    double expected = MechanismSelector.EPSILON * 50_000 * (BEST - OTHERS) * 7 / 8;
    assertThat(regret(50_000, MechanismSelector.EPSILON)).isBetween(0.8 * expected, 1.8 * expected);
  }

  @Test
  void learnsClassesOfPlansSeparately() {
    var selector = new MechanismSelector(new Random(1), 0);
    selector.reward(SORTS, Mechanism.CAUSAL_CONE, 1);
    assertThat(selector.arms(JOINS)).isEmpty();
    assertThat(selector.arms(SORTS))
        .isEqualTo(Map.of(Mechanism.CAUSAL_CONE, new MechanismSelector.Arm(1, 1)));
  }

  @Test
  void restoredSelectorChoosesLikeTheOriginal() {
    var random = new Random(5);
    var before = new MechanismSelector(new Random(1), 0.5);
    for (int i = 0; i < 100; i++) {
      before.reward(i % 3 == 0 ? SORTS : JOINS, before.choose(SORTS), random.nextDouble());
    }
    var after = new MechanismSelector(new Random(9), before.known());
    before = new MechanismSelector(new Random(9), before.known());
    assertThat(after.known()).isEqualTo(before.known());
    for (int i = 0; i < 100; i++) {
      var chosen = before.choose(JOINS);
      assertThat(after.choose(JOINS)).isEqualTo(chosen);
      before.reward(JOINS, chosen, 0.5);
      after.reward(JOINS, chosen, 0.5);
    }
  }

  @Test
  void refusesRewardAboveOne() {
    var selector = new MechanismSelector(new Random(1));
    assertThatThrownBy(() -> selector.reward(SORTS, Mechanism.TOPOLOGICAL, 1.5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rewardsAnErrorOfFactorFourWithOneQuarter() {
    assertThat(MechanismSelector.rewardOf(4, 1)).isEqualTo(0.25);
    assertThat(MechanismSelector.rewardOf(1, 4)).isEqualTo(0.25);
    assertThat(MechanismSelector.rewardOf(3, 3)).isEqualTo(1);
  }

  /** Of Bernoulli arms, one of them better than the others. */
  private static double regret(int rounds, double epsilon) {
    var random = new Random(42);
    var selector = new MechanismSelector(random, epsilon);
    var means = new EnumMap<Mechanism, Double>(Mechanism.class);
    for (var mechanism : Mechanism.values()) {
      means.put(mechanism, mechanism == Mechanism.PARALLEL_BRANCH ? BEST : OTHERS);
    }
    double regret = 0;
    for (int i = 0; i < rounds; i++) {
      var chosen = selector.choose(SORTS);
      double mean = means.getOrDefault(chosen, 0.0);
      selector.reward(SORTS, chosen, random.nextDouble() < mean ? 1 : 0);
      regret += BEST - mean;
    }
    return regret;
  }
}
