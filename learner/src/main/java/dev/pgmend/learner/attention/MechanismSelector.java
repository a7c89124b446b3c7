// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Chooses a mechanism for each class of plans by its rewards so far: UCB1 (Auer, Cesa-Bianchi and
 * Fischer 2002) with c = sqrt 2, and a random one in 10% of the cases, to notice a mechanism that
 * has improved. Not thread-safe.
 */
public final class MechanismSelector {
  private static final double EXPLORATION = Math.sqrt(2);

  /** Probability of choosing a random mechanism. */
  public static final double EPSILON = 0.1;

  private final RandomGenerator random;
  private final double epsilon;
  private final Map<PlanClass, Map<Mechanism, Arm>> arms = new HashMap<>();

  public MechanismSelector(RandomGenerator random) {
    this(random, EPSILON);
  }

  /** Creates a selector from what {@link #known} returned. */
  public MechanismSelector(RandomGenerator random, Map<PlanClass, Map<Mechanism, Arm>> known) {
    this(random);
    known.forEach((plans, of) -> known(plans).putAll(of));
  }

  /**
   * @param epsilon 0 for UCB1 alone, whose regret grows with the logarithm of the number of choices
   */
  public MechanismSelector(RandomGenerator random, double epsilon) {
    this.random = random;
    this.epsilon = epsilon;
  }

  /**
   * What is known of a mechanism.
   *
   * @param choices number of rewards
   * @param meanReward their mean
   */
  public record Arm(long choices, double meanReward) {
    /**
     * @throws IllegalArgumentException if it was never chosen, or the reward is not from 0 to 1
     */
    public Arm {
      if (choices < 1 || !(meanReward >= 0 && meanReward <= 1)) {
        throw new IllegalArgumentException(
            "not an arm: %d choices with a mean reward of %s".formatted(choices, meanReward));
      }
    }

    private Arm with(double reward) {
      return new Arm(choices + 1, meanReward + (reward - meanReward) / (choices + 1.0));
    }
  }

  /** Chooses the mechanism for the next plan of a class. */
  public Mechanism choose(PlanClass plans) {
    var known = known(plans);
    if (random.nextDouble() < epsilon) {
      var all = Mechanism.values();
      return all[random.nextInt(all.length)];
    }
    long total = known.values().stream().mapToLong(Arm::choices).sum();
    var best = Mechanism.ENSEMBLE;
    double bestBound = Double.NEGATIVE_INFINITY;
    for (var mechanism : Mechanism.values()) {
      var arm = known.get(mechanism);
      if (arm == null) {
        return mechanism;
      }
      double bound =
          arm.meanReward + EXPLORATION * Math.sqrt(Math.log((double) total) / arm.choices);
      if (bound > bestBound) {
        best = mechanism;
        bestBound = bound;
      }
    }
    return best;
  }

  /**
   * Learns from the reward of a prediction.
   *
   * @param reward from 0 to 1
   * @throws IllegalArgumentException if the reward is out of range
   */
  public void reward(PlanClass plans, Mechanism mechanism, double reward) {
    if (!(reward >= 0 && reward <= 1)) {
      throw new IllegalArgumentException("not a reward from 0 to 1: " + reward);
    }
    known(plans).merge(mechanism, new Arm(1, reward), (arm, _) -> arm.with(reward));
  }

  /** The reward of a prediction: 1 if it was exact, 1/q if it was off by the factor q. */
  public static double rewardOf(double predictedMs, double observedMs) {
    return Math.min(predictedMs / observedMs, observedMs / predictedMs);
  }

  /** A snapshot of what is known of the mechanisms for a class, in their order. */
  public Map<Mechanism, Arm> arms(PlanClass plans) {
    return Collections.unmodifiableMap(new EnumMap<>(known(plans)));
  }

  /** A snapshot of what is known of all classes. */
  public Map<PlanClass, Map<Mechanism, Arm>> known() {
    var copy = new HashMap<PlanClass, Map<Mechanism, Arm>>();
    arms.keySet().forEach(plans -> copy.put(plans, arms(plans)));
    return Collections.unmodifiableMap(copy);
  }

  private Map<Mechanism, Arm> known(PlanClass plans) {
    return arms.computeIfAbsent(plans, _ -> new EnumMap<>(Mechanism.class));
  }
}
