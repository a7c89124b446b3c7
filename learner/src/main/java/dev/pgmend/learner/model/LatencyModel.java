// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.AttentionMechanism;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.attention.PlanGraph;
import dev.pgmend.learner.attention.Projection;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanFeatures;
import dev.pgmend.learner.plan.PlanWork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Predicts the time of a plan and of each operator with the JDK's Vector API. For d = hidden:
 *
 * <pre>
 *   x  = relu(W f + b)                            features f, standardized, to width d
 *   x += Out attend(Q n1(x), K n1(x), V n1(x))    in each layer; n1, n2 layer norms
 *   x += Down relu(Up n2(x))
 *   y  = w . norm(x) + s . f + c                  log self time in ms
 *   plan ms = sum of exp(y)
 * </pre>
 *
 * All mechanisms share the projections. Immutable and thread-safe.
 */
public final class LatencyModel {
  /** Bound within which exp() stays finite as a float. */
  private static final float MAX_LOG_MS = 20;

  private static final List<AttentionMechanism> MECHANISMS = AttentionMechanism.all();

  private final ModelWeights weights;
  private final int hidden;
  private final Projection embed;
  private final List<AttentionLayer> layers = new ArrayList<>();
  private final Norm norm;
  private final Projection head;
  private final float[] skip;

  /** Weights of the mechanisms in the ensemble: at least 0, with sum 1. */
  private final float[] mix;

  public LatencyModel(ModelWeights weights) {
    this.weights = weights;
    hidden = weights.shape().hidden();
    embed = Layers.projection(weights, "embed", weights.shape().features(), hidden);
    mix = Layers.softmax(weights.tensor("mix"));
    for (int i = 0; i < weights.shape().layers(); i++) {
      layers.add(AttentionLayer.of(weights, "layer" + i + "."));
    }
    norm = Norm.of(weights, "norm");
    head = Layers.projection(weights, "head", hidden, 1);
    skip = weights.tensor("skip.weight");
  }

  /** The model that is bundled with pgmend. */
  public static LatencyModel bundled() {
    return new LatencyModel(ModelWeights.bundled());
  }

  public ModelWeights weights() {
    return weights;
  }

  /** Predicts with the mix of all mechanisms. */
  public Prediction predict(PlanDag plan) {
    return predict(plan, Mechanism.ENSEMBLE);
  }

  /** Predicts with one mechanism. */
  public Prediction predict(PlanDag plan, Mechanism mechanism) {
    return predict(prepare(plan), mechanism);
  }

  /** Prepares a plan for predictions; reusable for several mechanisms. */
  public PreparedPlan prepare(PlanDag plan) {
    var work = PlanWork.of(plan);
    return new PreparedPlan(
        standardized(PlanFeatures.of(plan, work)), PlanGraph.of(plan, estimatedMs(plan, work)));
  }

  /** Predicts a prepared plan with one mechanism. */
  public Prediction predict(PreparedPlan plan, Mechanism mechanism) {
    int n = plan.features().length;
    var x = new float[n * hidden];
    for (int v = 0; v < n; v++) {
      embed.apply(plan.features()[v], 0, x, v * hidden);
    }
    Layers.relu(x, x.length);
    var scratch = new LayerScratch(weights.shape(), n);
    var radii = plan.graph().radii();
    var active = active(plan, mechanism);
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).apply(active, radii, x, scratch);
    }
    var last = new float[n][hidden];
    var logSelfMs = new float[n];
    var value = new float[1];
    for (int v = 0; v < n; v++) {
      norm.apply(x, v * hidden, last[v], 0);
      head.apply(last[v], 0, value, 0);
      float log = value[0] + Layers.dot(skip, plan.features()[v]);
      logSelfMs[v] = Math.clamp(log, -MAX_LOG_MS, MAX_LOG_MS);
    }
    return result(mechanism, last, logSelfMs);
  }

  private List<AttentionLayer.Active> active(PreparedPlan plan, Mechanism mechanism) {
    var active = new ArrayList<AttentionLayer.Active>();
    for (int m = 0; m < MECHANISMS.size(); m++) {
      boolean alone = mechanism.position() == m;
      if (alone || mechanism == Mechanism.ENSEMBLE) {
        var context = MECHANISMS.get(m).context(plan.graph());
        active.add(new AttentionLayer.Active(MECHANISMS.get(m), context, alone ? 1 : mix[m]));
      }
    }
    return active;
  }

  private Prediction result(Mechanism mechanism, float[][] last, float[] logSelfMs) {
    double planMs = 0;
    for (float log : logSelfMs) {
      planMs += Math.exp(log);
    }
    var errors = weights.facts().errors().getOrDefault(mechanism, new Quantiles(1, 1, 1));
    return new Prediction(
        mechanism, last, logSelfMs, planMs, errors.times(planMs), embedding(last));
  }

  private float[] embedding(float[][] last) {
    var sum = new float[hidden];
    for (var row : last) {
      for (int j = 0; j < hidden; j++) {
        sum[j] += row[j];
      }
    }
    double length = Math.sqrt(Layers.dot(sum, sum));
    for (int j = 0; j < hidden; j++) {
      sum[j] = length > 0 ? (float) (sum[j] / length) : 0;
    }
    return sum;
  }

  /** Standardizes features, n x F, in place. */
  private float[][] standardized(float[][] features) {
    for (var row : features) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (row[i] - weights.mean()[i]) / weights.deviation()[i];
      }
    }
    return features;
  }

  /** The plan's time by its cost, distributed by the cost of each operator's work; n. */
  private double[] estimatedMs(PlanDag plan, PlanWork work) {
    double total = Arrays.stream(work.cost()).sum();
    double ms = weights.facts().costMs(PlanWork.totalCost(plan, plan.size() - 1));
    return Arrays.stream(work.cost()).map(cost -> total > 0 ? ms * cost / total : 0).toArray();
  }
}
