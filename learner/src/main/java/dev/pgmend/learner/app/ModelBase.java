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
 * A latency model, and the mechanism that it attends by: a fixed one, or for each class of plans
 * the one that predicted best here. For one thread at a time.
 */
final class ModelBase {
  /** An error is never taken for smaller: both quantiles may lie close by chance. */
  private static final double LEAST_UNCERTAINTY = 1.2;

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

  /** The same way with another model: nothing is known of mechanisms, nothing is cached. */
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

  /** Names these very weights: what was learned on top of others means nothing here. */
  String name() {
    return "model-" + model.weights().fingerprint();
  }

  LatencyModel model() {
    return model;
  }

  /** By which it is compared with others. */
  Mechanism judgedBy() {
    return fixed.orElse(Mechanism.ENSEMBLE);
  }

  /** Width of the activations and of embeddings. */
  int hidden() {
    return model.weights().shape().hidden();
  }

  /** Predicts by what is known to serve such plans best. */
  Prediction predict(PlanDag plan) {
    return predictions.predict(plan, fixed.orElseGet(() -> best(plan)));
  }

  /** Tries a mechanism on a plan whose time is known, and learns how good it was. */
  void tried(PlanDag plan, double observedMs) {
    if (fixed.isEmpty()) {
      var plans = PlanClass.of(plan);
      var mechanism = selector.choose(plans);
      var predicted = predictions.predict(plan, mechanism).planMs();
      selector.reward(plans, mechanism, MechanismSelector.rewardOf(predicted, observedMs));
    }
  }

  /** Goes on from what was known of the mechanisms before. */
  void recall(Map<PlanClass, Map<Mechanism, MechanismSelector.Arm>> known) {
    selector = new MechanismSelector(new SplittableRandom(1), known);
  }

  /** What each mechanism was worth here, by class of plans. */
  Map<PlanClass, Map<Mechanism, MechanismSelector.Arm>> mechanisms() {
    return selector.known();
  }

  static Embedding embedding(Prediction prediction) {
    return Embedding.of(prediction.embedding());
  }

  /** The factor by which a time may be wrong to either side, 80% of the time. */
  static double uncertainty(Prediction prediction) {
    var quantiles = prediction.quantilesMs();
    return Math.max(
        LEAST_UNCERTAINTY,
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
