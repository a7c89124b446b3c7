// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ModelWeights;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.TrainingFacts;
import dev.pgmend.learner.model.fitting.Calibration;
import dev.pgmend.learner.model.fitting.Pace;
import dev.pgmend.learner.plan.PlanFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/** Trains latency models on plans that ran. Blocking. */
public final class Training {
  /** One statement in this many is held out to measure the errors. */
  private static final int HELD_OUT_EVERY = 8;

  private static final int MIN_STATEMENTS = 2 * HELD_OUT_EVERY;
  private static final double NANOS = 1e9;

  private Training() {}

  /**
   * Trains a new model.
   *
   * @param leftOut databases that were left out, for the model's facts
   * @throws IllegalArgumentException if there are too few plans
   */
  public static LatencyModel train(
      List<ObservedPlan> plans, List<String> leftOut, TrainingOptions options) {
    var split = split(plans);
    var standard = Standard.of(split.learned());
    var shape = options.shape();
    var first = Parameters.initial(shape, new Random(options.seed()));
    var untrained =
        new ModelWeights(
            shape, facts(split, leftOut, options), standard.mean(), standard.deviation(), first);
    try {
      return Calibration.of(learn(untrained, split.learned(), options, Pace.FREE), split.heldOut());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException("an unlimited pace cannot end the work", e);
    }
  }

  /**
   * Fits all weights of an existing model to the plans. Its errors are not known yet.
   *
   * @throws IllegalArgumentException if the options are for a model of another shape
   * @throws InterruptedException if the pace interrupts it
   * @throws TimeoutException if the pace ends it
   */
  public static LatencyModel fineTune(
      LatencyModel model, List<ObservedPlan> plans, TrainingOptions options, Pace pace)
      throws InterruptedException, TimeoutException {
    if (!options.shape().equals(model.weights().shape())) {
      throw new IllegalArgumentException(
          "the options are for shape %s, and the model has shape %s"
              .formatted(options.shape(), model.weights().shape()));
    }
    return learn(model.weights(), plans, options, pace);
  }

  private static Statements.Split split(List<ObservedPlan> plans) {
    long statements = plans.stream().map(ObservedPlan::statement).distinct().count();
    if (statements < MIN_STATEMENTS) {
      throw new IllegalArgumentException(
          "%d statements are too few for training; at least %d are needed"
              .formatted(statements, MIN_STATEMENTS));
    }
    return Statements.Split.of(plans, HELD_OUT_EVERY);
  }

  private static LatencyModel learn(
      ModelWeights from, List<ObservedPlan> plans, TrainingOptions options, Pace pace)
      throws InterruptedException, TimeoutException {
    long begin = System.nanoTime();
    var before = new LatencyModel(from);
    var examples = new ArrayList<Example>();
    for (var plan : plans) {
      examples.add(Example.of(plan, before.prepare(plan.plan())));
      pace.step();
    }
    var tensors = new Trainer(options).train(examples, from.tensors(), pace);
    var facts =
        from.facts()
            .tuned(
                plans.size(),
                (int) plans.stream().map(ObservedPlan::statement).distinct().count(),
                (System.nanoTime() - begin) / NANOS,
                options.device().toString());
    return new LatencyModel(from.with(facts, tensors));
  }

  private static TrainingFacts facts(
      Statements.Split split, List<String> leftOut, TrainingOptions options) {
    var fit = CostFit.of(split.learned());
    return new TrainingFacts(
        split.learned().stream().map(ObservedPlan::database).distinct().sorted().toList(),
        leftOut,
        split.learned().size(),
        0,
        0,
        options.device().toString(),
        fit.intercept(),
        fit.slope(),
        Map.of());
  }

  /** Mean and standard deviation of each feature; binary features stay unchanged. */
  @SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
  private record Standard(float[] mean, float[] deviation) {
    static Standard of(List<ObservedPlan> plans) {
      int count = PlanFeatures.count();
      var sum = new double[count];
      var squares = new double[count];
      var isChoice = new boolean[count];
      Arrays.fill(isChoice, true);
      long rows = 0;
      for (var plan : plans) {
        for (var row : PlanFeatures.of(plan.plan())) {
          rows++;
          for (int i = 0; i < count; i++) {
            sum[i] += row[i];
            squares[i] += (double) row[i] * row[i];
            isChoice[i] &= row[i] == 0 || row[i] == 1;
          }
        }
      }
      var mean = new float[count];
      var deviation = new float[count];
      for (int i = 0; i < count; i++) {
        double m = sum[i] / rows;
        double variance = squares[i] / rows - m * m;
        mean[i] = isChoice[i] ? 0 : (float) m;
        deviation[i] = isChoice[i] || variance < 1e-6 ? 1 : (float) Math.sqrt(variance);
      }
      return new Standard(mean, deviation);
    }
  }
}
