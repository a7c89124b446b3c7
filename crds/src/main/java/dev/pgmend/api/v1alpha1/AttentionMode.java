package dev.pgmend.api.v1alpha1;

/** Which mechanism weighs the operators of a plan. */
public enum AttentionMode {
  /** Chosen per class of plan by how well predictions held. */
  Auto,
  /** The operators that feed an operator, all alike. */
  Topological,
  /** Those within some hops, the nearer the more. */
  CausalCone,
  /** Those on the longest path the more. */
  CriticalPath,
  /** Those whose relief would shorten the plan. */
  MinCutGated,
  /** Nearness in a space that fits trees. */
  HierarchicalLorentz,
  /** Operators of sibling branches too. */
  ParallelBranch,
  /** Operators active at nearly the same time the more. */
  TemporalBTSP,
  /** A learned mix of all. */
  Ensemble
}
