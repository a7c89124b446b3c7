package dev.pgmend.learner.model.training;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ModelWeights;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.Quantiles;
import dev.pgmend.learner.model.TrainingFacts;
import dev.pgmend.learner.plan.PlanFeatures;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Learns latency models from plans that ran. Blocks for as long as that takes. */
public final class Training {
  /** One statement in so many tells how far predictions are off. */
  private static final int HELD_BACK = 8;

  private static final int FEWEST_STATEMENTS = 2 * HELD_BACK;
  private static final double NANOS = 1e9;

  private Training() {}

  /**
   * A model from nothing.
   *
   * @param leftOut databases that the plans are not from, for the record
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
    return learn(untrained, split, options);
  }

  /**
   * A model adapted to the plans on {@link Devices#best}; empty if on the held-back part of them it
   * is no better than the one it began from.
   *
   * @throws IllegalArgumentException if there are too few plans
   */
  public static Optional<LatencyModel> fineTune(LatencyModel model, List<ObservedPlan> plans) {
    return fineTune(model, plans, TrainingOptions.fineTuning(model.weights().shape()));
  }

  /**
   * A model adapted to the plans; empty if on the held-back part of them it is no better than the
   * one it began from.
   *
   * @throws IllegalArgumentException if there are too few plans, or the options are for a model of
   *     another shape
   */
  public static Optional<LatencyModel> fineTune(
      LatencyModel model, List<ObservedPlan> plans, TrainingOptions options) {
    if (!options.shape().equals(model.weights().shape())) {
      throw new IllegalArgumentException(
          "options for %s do not fit a model of %s"
              .formatted(options.shape(), model.weights().shape()));
    }
    var split = split(plans);
    var tuned = learn(model.weights(), split, options);
    return error(tuned, split.heldBack()) < error(model, split.heldBack())
        ? Optional.of(tuned)
        : Optional.empty();
  }

  private static Statements.Split split(List<ObservedPlan> plans) {
    long statements = plans.stream().map(ObservedPlan::statement).distinct().count();
    if (statements < FEWEST_STATEMENTS) {
      throw new IllegalArgumentException(
          "%d statements are too few to learn from; it takes %d"
              .formatted(statements, FEWEST_STATEMENTS));
    }
    return Statements.Split.of(plans, HELD_BACK);
  }

  private static LatencyModel learn(
      ModelWeights from, Statements.Split split, TrainingOptions options) {
    long begin = System.nanoTime();
    var before = new LatencyModel(from);
    var examples =
        split.learned().stream()
            .map(plan -> Example.of(plan, before.prepare(plan.plan())))
            .toList();
    var tensors = new Trainer(options).train(examples, from.tensors());
    double seconds = (System.nanoTime() - begin) / NANOS;
    var facts = from.facts();
    var learned =
        new LatencyModel(
            new ModelWeights(
                from.shape(),
                new TrainingFacts(
                    facts.databases(),
                    facts.leftOut(),
                    split.learned().size(),
                    (int) split.learned().stream().map(ObservedPlan::statement).distinct().count(),
                    seconds,
                    options.device().toString(),
                    facts.costIntercept(),
                    facts.costSlope(),
                    Map.of()),
                from.mean(),
                from.deviation(),
                tensors));
    return calibrated(learned, split.heldBack());
  }

  /** With the quantiles of its errors on plans that it was not trained on (split conformal). */
  private static LatencyModel calibrated(LatencyModel model, List<ObservedPlan> heldBack) {
    var errors = new EnumMap<Mechanism, Quantiles>(Mechanism.class);
    for (var mechanism : Mechanism.values()) {
      var ratios =
          heldBack.stream()
              .mapToDouble(
                  plan -> plan.observedMs() / model.predict(plan.plan(), mechanism).planMs())
              .sorted()
              .toArray();
      errors.put(mechanism, new Quantiles(at(ratios, 0.1), at(ratios, 0.5), at(ratios, 0.9)));
    }
    var weights = model.weights();
    return new LatencyModel(
        new ModelWeights(
            weights.shape(),
            weights.facts().withErrors(errors),
            weights.mean(),
            weights.deviation(),
            weights.tensors()));
  }

  /** Of n sorted values the one at rank q (n + 1), as conformal prediction has it. */
  private static double at(double[] sorted, double quantile) {
    int rank = (int) Math.round(quantile * (sorted.length + 1)) - 1;
    return sorted[Math.clamp(rank, 0, sorted.length - 1)];
  }

  private static double error(LatencyModel model, List<ObservedPlan> plans) {
    return plans.stream()
        .mapToDouble(
            plan -> Math.abs(Math.log(model.predict(plan.plan()).planMs() / plan.observedMs())))
        .average()
        .orElse(Double.POSITIVE_INFINITY);
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

  /** Mean and standard deviation of each feature; choices are left as they are. */
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
