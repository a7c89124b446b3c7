// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.attention;

import java.util.List;
import java.util.Optional;

/** An attention mechanism: a mask, and terms that are added to the scores. */
public sealed interface AttentionMechanism {
  /** Maximum number of hops in CausalCone. */
  int MAX_HOPS = 10;

  /** Criticality from which MinCutGated's gate is open. */
  float OPEN_GATE = 0.5f;

  /** Time within which TemporalBTSP counts two operators as active together. */
  double COACTIVITY_MS = 50;

  /**
   * The operators that each one attends to. No row is empty: without context it is the operator
   * itself.
   */
  SparseContext context(PlanGraph graph);

  /** The factor of {@link SparseContext#first}, if there is one. */
  default Optional<Scalar> first() {
    return Optional.empty();
  }

  /** The factor of {@link SparseContext#second}, if there is one. */
  default Optional<Scalar> second() {
    return Optional.empty();
  }

  /** Whether scores are hyperbolic distances instead of products. */
  default boolean isHyperbolic() {
    return false;
  }

  /** All mechanisms except {@link Mechanism#ENSEMBLE}, in the order of {@link Mechanism}. */
  static List<AttentionMechanism> all() {
    return List.of(
        new Topological(),
        new CausalCone(),
        new CriticalPath(),
        new MinCutGated(),
        new HierarchicalLorentz(),
        new ParallelBranch(),
        new TemporalBtsp());
  }

  /** Attends equally to all operators whose rows reach this one. */
  record Topological() implements AttentionMechanism {
    @Override
    public SparseContext context(PlanGraph graph) {
      return ContextBuilder.ancestors(graph, Integer.MAX_VALUE, (_, _) -> 0f, false);
    }
  }

  /** Attends more to nearer ancestors: each hop has a cost. */
  record CausalCone() implements AttentionMechanism {
    @Override
    public SparseContext context(PlanGraph graph) {
      return ContextBuilder.ancestors(graph, MAX_HOPS, (_, entry) -> -graph.hops()[entry], true);
    }

    @Override
    public Optional<Scalar> first() {
      return Optional.of(Scalar.HOP_PENALTY);
    }
  }

  /** Attends more to operators on the longest path. */
  record CriticalPath() implements AttentionMechanism {
    @Override
    public SparseContext context(PlanGraph graph) {
      return ContextBuilder.ancestors(
          graph,
          Integer.MAX_VALUE,
          (_, entry) -> graph.critical()[graph.ancestors()[entry]] ? 1f : 0f,
          true);
    }

    @Override
    public Optional<Scalar> first() {
      return Optional.of(Scalar.CRITICAL_BOOST);
    }
  }

  /** Multiplies the weights by a gate that is open for critical operators. */
  record MinCutGated() implements AttentionMechanism {
    /** Gate of an operator that is not critical; above 0, so that its context does not vanish. */
    private static final float MIN_GATE = 0.05f;

    @Override
    public SparseContext context(PlanGraph graph) {
      return ContextBuilder.ancestors(
          graph,
          Integer.MAX_VALUE,
          (_, entry) -> logGate(graph.criticality()[graph.ancestors()[entry]]),
          true);
    }

    private static float logGate(float criticality) {
      return (float) Math.log(Math.clamp(criticality / OPEN_GATE, MIN_GATE, 1));
    }

    @Override
    public Optional<Scalar> first() {
      return Optional.of(Scalar.GATE_SHARPNESS);
    }
  }

  /**
   * Operators as points of the hyperboloid (curvature -1) at radius log(1 + depth); the score is
   * the negative distance, the values meet in their Einstein midpoint (Gulcehre et al. 2019).
   */
  record HierarchicalLorentz() implements AttentionMechanism {
    @Override
    public SparseContext context(PlanGraph graph) {
      return ContextBuilder.ancestors(graph, Integer.MAX_VALUE, (_, _) -> 0f, false);
    }

    @Override
    public Optional<Scalar> first() {
      return Optional.of(Scalar.DISTANCE_PENALTY);
    }

    @Override
    public boolean isHyperbolic() {
      return true;
    }
  }

  /** Attends also to sibling branches, and more to ancestors that both share. */
  record ParallelBranch() implements AttentionMechanism {
    @Override
    public SparseContext context(PlanGraph graph) {
      return ContextBuilder.branches(graph);
    }

    @Override
    public Optional<Scalar> first() {
      return Optional.of(Scalar.CROSS_BRANCH);
    }

    @Override
    public Optional<Scalar> second() {
      return Optional.of(Scalar.COMMON_ANCESTOR);
    }
  }

  /** Attends more to operators that are active at about the same time. */
  record TemporalBtsp() implements AttentionMechanism {
    @Override
    public SparseContext context(PlanGraph graph) {
      return ContextBuilder.ancestors(
          graph,
          Integer.MAX_VALUE,
          (v, entry) -> isCoactive(graph, v, graph.ancestors()[entry]) ? 1f : 0f,
          true);
    }

    private static boolean isCoactive(PlanGraph graph, int v, int u) {
      double gap =
          Math.max(graph.beginMs()[v], graph.beginMs()[u])
              - Math.min(graph.endMs()[v], graph.endMs()[u]);
      return gap <= COACTIVITY_MS;
    }

    @Override
    public Optional<Scalar> first() {
      return Optional.of(Scalar.COACTIVITY_BOOST);
    }
  }
}
