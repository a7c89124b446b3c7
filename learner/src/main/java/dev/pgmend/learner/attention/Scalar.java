package dev.pgmend.learner.attention;

/** A number that a mechanism learns, beside the projections that all of them share. */
public enum Scalar {
  /** What a hop costs in CausalCone. */
  HOP_PENALTY(0, 0.1f),
  /** For operators on the critical path. */
  CRITICAL_BOOST(1, 1.5f),
  /** How much of the logarithm of the gate counts in MinCutGated. */
  GATE_SHARPNESS(2, 1),
  /** What a unit of hyperbolic distance costs. */
  DISTANCE_PENALTY(3, 1),
  /** Logarithm of the weight of an operator of a sibling branch: 0.5 at first. */
  CROSS_BRANCH(4, (float) Math.log(0.5)),
  /** Logarithm of the weight of an ancestor that a sibling branch shares: 2 at first. */
  COMMON_ANCESTOR(5, (float) Math.log(2)),
  /** For operators that are active at about the same time. */
  COACTIVITY_BOOST(6, 1.5f);

  private final int position;
  private final float initial;

  Scalar(int position, float initial) {
    this.position = position;
    this.initial = initial;
  }

  /** Before anything is learned. */
  public float initial() {
    return initial;
  }

  /** Where it is stored among all of them. */
  public int position() {
    return position;
  }
}
