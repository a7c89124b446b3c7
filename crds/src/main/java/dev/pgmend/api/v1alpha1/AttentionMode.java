// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** Which mechanism weighs the operators of a plan. */
public enum AttentionMode {
  /** Selected for each class of plans by its error. */
  Auto,
  /** The operators that feed an operator, with equal weight. */
  Topological,
  /** Operators within some hops, nearer ones with more weight. */
  CausalCone,
  /** Operators on the longest path with more weight. */
  CriticalPath,
  /** Operators whose improvement would shorten the plan. */
  MinCutGated,
  /** Distance in hyperbolic space, which fits trees. */
  HierarchicalLorentz,
  /** Operators of sibling branches as well. */
  ParallelBranch,
  /** Operators that are active at nearly the same time with more weight. */
  TemporalBTSP,
  /** A learned mixture of all. */
  Ensemble
}
