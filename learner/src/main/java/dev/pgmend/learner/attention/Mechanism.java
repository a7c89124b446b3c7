// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import java.util.Arrays;
import java.util.List;

/** The attention mechanisms by name. */
public enum Mechanism {
  TOPOLOGICAL,
  CAUSAL_CONE,
  CRITICAL_PATH,
  MIN_CUT_GATED,
  HIERARCHICAL_LORENTZ,
  PARALLEL_BRANCH,
  TEMPORAL_BTSP,

  /** A learned convex mix of all others. */
  ENSEMBLE;

  private static final List<Mechanism> SINGLE =
      Arrays.stream(values()).filter(mechanism -> mechanism != ENSEMBLE).toList();

  /** The single mechanisms, which are not a mix. */
  public static List<Mechanism> single() {
    return SINGLE;
  }

  /** Position among the single mechanisms; -1 for {@link #ENSEMBLE}. */
  public int position() {
    return SINGLE.indexOf(this);
  }
}
