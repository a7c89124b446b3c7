// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.api.v1alpha1.AttentionMode;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.attention.MechanismSelector;
import dev.pgmend.learner.attention.PlanClass;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.PlanCache;
import dev.pgmend.learner.model.Prediction;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.sona.Embedding;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A latency model and its attention mechanism: a fixed one, or for each class of plans the one that
 * predicted best here. Not thread-safe.
 */
final class ModelBase {
  /** Lower bound of the uncertainty, because the quantiles may be close by chance. */
  private static final double MIN_UNCERTAINTY = 1.2;

  private final LatencyModel model;
  private final PlanCache predictions;
  private MechanismSelector selector = new MechanismSelector(new SplittableRandom(1));
  private final Optional<Mechanism> fixed;

  private ModelBase(LatencyModel model, Optional<Mechanism> fixed) {
    this.model = model;
    this.fixed = fixed;
    predictions = new PlanCache(model);
  }

  ModelBase(LatencyModel model, AttentionMode mode) {
    this(model, mechanism(mode));
  }

  /**
   * The same settings with another model, without knowledge of mechanisms and with an empty cache.
   */
  ModelBase with(LatencyModel other) {
    return new ModelBase(other, fixed);
  }

  private static Optional<Mechanism> mechanism(AttentionMode mode) {
    return switch (mode) {
      case Auto -> Optional.empty();
      case Topological -> Optional.of(Mechanism.TOPOLOGICAL);
      case CausalCone -> Optional.of(Mechanism.CAUSAL_CONE);
      case CriticalPath -> Optional.of(Mechanism.CRITICAL_PATH);
      case MinCutGated -> Optional.of(Mechanism.MIN_CUT_GATED);
      case HierarchicalLorentz -> Optional.of(Mechanism.HIERARCHICAL_LORENTZ);
      case ParallelBranch -> Optional.of(Mechanism.PARALLEL_BRANCH);
      case TemporalBTSP -> Optional.of(Mechanism.TEMPORAL_BTSP);
      case Ensemble -> Optional.of(Mechanism.ENSEMBLE);
    };
  }

  /**
   * Identifies these weights, because an adaptation only fits the weights that it was learned with.
   */
  String name() {
    return "model-" + model.weights().fingerprint();
  }

  LatencyModel model() {
    return model;
  }

  /** The mechanism for comparisons with other models. */
  Mechanism judgedBy() {
    return fixed.orElse(Mechanism.ENSEMBLE);
  }

  /** Width of the activations and of embeddings. */
  int hidden() {
    return model.weights().shape().hidden();
  }

  /** Predicts with the best known mechanism for the plan's class. */
  Prediction predict(PlanDag plan) {
    return predictions.predict(plan, fixed.orElseGet(() -> best(plan)));
  }

  /** Predicts a measured plan and learns the accuracy of the mechanism. */
  void tried(PlanDag plan, double observedMs) {
    if (fixed.isEmpty()) {
      var plans = PlanClass.of(plan);
      var mechanism = selector.choose(plans);
      var predicted = predictions.predict(plan, mechanism).planMs();
      selector.reward(plans, mechanism, MechanismSelector.rewardOf(predicted, observedMs));
    }
  }

  /** Restores what was known of the mechanisms. */
  void recall(Map<PlanClass, Map<Mechanism, MechanismSelector.Arm>> known) {
    selector = new MechanismSelector(new SplittableRandom(1), known);
  }

  /** The rewards of the mechanisms by class of plans. */
  Map<PlanClass, Map<Mechanism, MechanismSelector.Arm>> mechanisms() {
    return selector.known();
  }

  static Embedding embedding(Prediction prediction) {
    return Embedding.of(prediction.embedding());
  }

  /** The factor that a time is off by at most, in either direction, with 80% probability. */
  static double uncertainty(Prediction prediction) {
    var quantiles = prediction.quantilesMs();
    return Math.max(
        MIN_UNCERTAINTY,
        Math.max(quantiles.high() / quantiles.median(), quantiles.median() / quantiles.low()));
  }

  private Mechanism best(PlanDag plan) {
    return selector.arms(PlanClass.of(plan)).entrySet().stream()
        .max(
            Comparator.comparingDouble(
                (Map.Entry<Mechanism, MechanismSelector.Arm> arm) -> arm.getValue().meanReward()))
        .map(Map.Entry::getKey)
        .orElse(Mechanism.ENSEMBLE);
  }
}
