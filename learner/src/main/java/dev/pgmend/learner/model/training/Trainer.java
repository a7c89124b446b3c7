// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.ModelShape;
import dev.pgmend.learner.model.fitting.Pace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Trains with Adam (Kingma and Ba 2015). Each batch uses one random mechanism, so that the shared
 * projections fit all of them.
 *
 * <p>The loss is the sum of three: the Huber loss of each operator's log time, the Huber loss of
 * the plan's log time, and the logistic loss of the order of alternative plans of one statement.
 */
final class Trainer {
  private static final float PLAN_SHARE = 1;
  private static final float RANKING_SHARE = 0.5f;

  /** The smallest difference in log time that is not noise. */
  private static final float SURE_DIFFERENCE = 0.1f;

  private static final float WEIGHT_DECAY = 1e-4f;
  private static final float LAST_RATE = 1 / 30f;

  /** One batch in this many uses the mix, which costs as much as all single mechanisms together. */
  private static final int MIX_EVERY = 5;

  private final TrainingOptions options;
  private final Random random;

  Trainer(TrainingOptions options) {
    this.options = options;
    random = new Random(options.seed());
  }

  /** Trains tensors from the given initial ones. */
  Map<String, float[]> train(List<Example> examples, Map<String, float[]> from, Pace pace)
      throws InterruptedException, TimeoutException {
    try (var manager = NDManager.newBaseManager(options.device())) {
      var shape = options.shape();
      var parameters = new Parameters(shape, from, manager);
      var forward = new DjlForward(shape, parameters);
      int batches = (examples.size() + options.batch() - 1) / options.batch();
      var optimizer = optimizer(Math.max(1, batches * options.epochs()));
      int step = 0;
      for (int epoch = 0; epoch < options.epochs(); epoch++) {
        for (var batch : batches(examples)) {
          var mechanism =
              step++ % MIX_EVERY == 0
                  ? Mechanism.ENSEMBLE
                  : Mechanism.single().get(random.nextInt(Mechanism.single().size()));
          collectGradients(forward, batch, mechanism, manager);
          update(parameters, optimizer);
          pace.step();
        }
      }
      return parameters.values();
    }
  }

  private Optimizer optimizer(int updates) {
    return Optimizer.adam()
        .optLearningRateTracker(
            Tracker.cosine()
                .setBaseValue(options.learningRate())
                .optFinalValue(options.learningRate() * LAST_RATE)
                .setMaxUpdates(updates)
                .build())
        .optWeightDecays(WEIGHT_DECAY)
        .optClipGrad(1)
        .build();
  }

  /** Random batches of whole statements, so that alternatives are in one batch. */
  private List<List<Example>> batches(List<Example> examples) {
    var statements = new ArrayList<>(Statements.of(examples));
    Collections.shuffle(statements, random);
    var batches = new ArrayList<List<Example>>();
    var batch = new ArrayList<Example>();
    for (var statement : statements) {
      batch.addAll(statement);
      if (batch.size() >= options.batch()) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private static void collectGradients(
      DjlForward forward, List<Example> examples, Mechanism mechanism, NDManager manager) {
    var used = mechanism == Mechanism.ENSEMBLE ? Mechanism.single() : List.of(mechanism);
    try (var scope = new NDScope();
        var collector = Engine.getInstance().newGradientCollector()) {
      scope.suppressNotUsedWarning();
      var batch = Batch.of(examples, used, manager);
      collector.backward(loss(forward.logSelfMs(batch, mechanism), batch));
    }
  }

  private void update(Parameters parameters, Optimizer optimizer) {
    parameters.forEach(
        fixed(options.shape()),
        (name, array) -> {
          try (var gradient = array.getGradient()) {
            optimizer.update(name, array, gradient);
          }
        });
  }

  /** Without attention its outputs stay zero. */
  private Set<String> fixed(ModelShape shape) {
    var fixed = new HashSet<String>();
    for (int i = 0; i < shape.layers() && !options.attention(); i++) {
      fixed.addAll(Arrays.asList("layer" + i + ".out.weight", "layer" + i + ".out.bias"));
    }
    return fixed;
  }

  private static NDArray loss(NDArray logSelfMs, Batch batch) {
    var operators = huber(logSelfMs.sub(batch.logSelfMs())).mul(batch.weight()).sum();
    var known = batch.weight().sum().add(1e-6f);
    var plan = logSelfMs.exp().mul(batch.mask()).sum(new int[] {1}).add(1e-6f).log();
    var plans = huber(plan.sub(batch.logMs())).mean();
    return operators
        .div(known)
        .add(plans.mul(PLAN_SHARE))
        .add(ranking(plan, batch).mul(RANKING_SHARE));
  }

  private static NDArray ranking(NDArray plan, Batch batch) {
    var predicted = plan.reshape(-1, 1).sub(plan.reshape(1, -1));
    var truth = batch.logMs().reshape(-1, 1).sub(batch.logMs().reshape(1, -1));
    var same = batch.statement().reshape(-1, 1).eq(batch.statement().reshape(1, -1));
    var counts = same.logicalAnd(truth.gt(SURE_DIFFERENCE)).toType(truth.getDataType(), false);
    // The slower of two plans is first.
    var losses = predicted.neg().exp().add(1).log().mul(counts);
    return losses.sum().div(counts.sum().add(1));
  }

  /** Huber (1964) with threshold 1. */
  private static NDArray huber(NDArray error) {
    var size = error.abs();
    var bounded = size.minimum(1);
    return bounded.mul(size.sub(bounded.mul(0.5f)));
  }
}
