// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

/** A learned parameter of a mechanism, in addition to the shared projections. */
public enum Scalar {
  /** Cost of a hop in CausalCone. */
  HOP_PENALTY(0, 0.1f),
  /** Bonus of operators on the critical path. */
  CRITICAL_BOOST(1, 1.5f),
  /** Factor of the logarithm of the gate in MinCutGated. */
  GATE_SHARPNESS(2, 1),
  /** Cost of a unit of hyperbolic distance. */
  DISTANCE_PENALTY(3, 1),
  /** Logarithm of the weight of an operator of a sibling branch: 0.5 at first. */
  CROSS_BRANCH(4, (float) Math.log(0.5)),
  /** Logarithm of the weight of an ancestor that a sibling branch shares: 2 at first. */
  COMMON_ANCESTOR(5, (float) Math.log(2)),
  /** Bonus of operators that are active at about the same time. */
  COACTIVITY_BOOST(6, 1.5f);

  private final int position;
  private final float initial;

  Scalar(int position, float initial) {
    this.position = position;
    this.initial = initial;
  }

  /** The initial value. */
  public float initial() {
    return initial;
  }

  /** Position among the stored scalars. */
  public int position() {
    return position;
  }
}
