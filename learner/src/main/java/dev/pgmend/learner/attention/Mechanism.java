package dev.pgmend.learner.attention;

import java.util.Arrays;
import java.util.List;

/** The ways to attend, by name. */
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

  /** Those that are not a mix of others. */
  public static List<Mechanism> single() {
    return SINGLE;
  }

  /** Position among those that are no mix; -1 for {@link #ENSEMBLE}. */
  public int position() {
    return SINGLE.indexOf(this);
  }
}
