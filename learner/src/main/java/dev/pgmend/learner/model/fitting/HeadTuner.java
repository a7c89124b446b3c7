// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.fitting;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.sona.Adam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Fits the output layer by its exact gradient in plain Java: the head w, the weights s of the
 * features that skip the network, and the bias c. The layers below stay unchanged, so activations
 * are computed once and embeddings of plans stay valid. With h_v the activation and f_v the
 * features of operator v:
 *
 * <pre>
 *   y_v = w . h_v + s . f_v + c              log self time in ms
 *   P   = log sum_v exp(y_v)                 the plan's log time
 *   L   = mean Huber_1(P - log observed) + pull/2 |theta - theta_0|^2
 *   dP/dtheta = sum_v softmax(y)_v (h_v, f_v, 1)
 * </pre>
 *
 * The pull keeps the weights near their initial values (L2-SP, Li et al. 2018) if the plans give no
 * evidence against them. Each step uses all plans and one mechanism in turn, because the mechanisms
 * share the output layer. Time O(steps N (d + F)) and memory O(mechanisms N d + N F) for N
 * operators of all plans.
 */
public final class HeadTuner implements Tuner {
  private static final int ROUNDS = 40;
  private static final double LEARNING_RATE = 0.02;
  private static final double LAST_RATE = 1.0 / 30;
  private static final double NANOS = 1e9;

  private static final String HEAD = "head.weight";
  private static final String SKIP = "skip.weight";
  private static final String BIAS = "head.bias";

  private final double pull;

  /**
   * @param pull strength of the pull towards the initial weights; 0 turns it off
   */
  public HeadTuner(double pull) {
    this.pull = pull;
  }

  @Override
  public String device() {
    return "cpu";
  }

  @Override
  public LatencyModel tune(LatencyModel model, List<ObservedPlan> plans, Pace pace)
      throws InterruptedException, TimeoutException {
    long begin = System.nanoTime();
    var inputs = new ArrayList<HeadInputs>();
    for (var plan : plans) {
      inputs.add(HeadInputs.of(model, plan));
      pace.step();
    }
    var first = weights(model);
    var weights = first.clone();
    var gradient = new double[first.length];
    var adam = new Adam(weights);
    int mechanisms = Mechanism.values().length;
    int steps = ROUNDS * mechanisms;
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < first.length; i++) {
        gradient[i] = pull * (weights[i] - first[i]);
      }
      for (var input : inputs) {
        input.addGradient(step % mechanisms, weights, 1.0 / inputs.size(), gradient);
      }
      adam.step(gradient, rate((double) step / steps), 0);
      pace.step();
    }
    return with(model, weights, plans, (System.nanoTime() - begin) / NANOS);
  }

  /** The learning rate of a step, along a cosine. */
  private static double rate(double progress) {
    return LEARNING_RATE * (LAST_RATE + (1 - LAST_RATE) * (1 + Math.cos(Math.PI * progress)) / 2);
  }

  /** The weights: d of the head, F of the skip connection, then the bias. */
  private static double[] weights(LatencyModel model) {
    var shape = model.weights().shape();
    var tensors = model.weights().tensors();
    var weights = new double[shape.hidden() + shape.features() + 1];
    int at = 0;
    for (var name : List.of(HEAD, SKIP, BIAS)) {
      for (float value : tensors.getOrDefault(name, new float[0])) {
        weights[at++] = value;
      }
    }
    return weights;
  }

  private static LatencyModel with(
      LatencyModel model, double[] weights, List<ObservedPlan> plans, double seconds) {
    int hidden = model.weights().shape().hidden();
    var tensors = new HashMap<>(model.weights().tensors());
    tensors.put(HEAD, floats(weights, 0, hidden));
    tensors.put(SKIP, floats(weights, hidden, weights.length - 1));
    tensors.put(BIAS, floats(weights, weights.length - 1, weights.length));
    int statements = (int) plans.stream().map(ObservedPlan::statement).distinct().count();
    var facts = model.weights().facts().tuned(plans.size(), statements, seconds, "cpu");
    return new LatencyModel(model.weights().with(facts, tensors));
  }

  private static float[] floats(double[] from, int begin, int end) {
    var part = Arrays.copyOfRange(from, begin, end);
    var floats = new float[part.length];
    for (int i = 0; i < part.length; i++) {
      floats[i] = (float) part[i];
    }
    return floats;
  }
}
