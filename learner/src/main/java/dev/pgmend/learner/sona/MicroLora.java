// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Adapts a latency model to one cluster, statement by statement, by a low-rank change of the output
 * layer (Hu et al. 2021) and of the bias. With h_i the hidden activation of operator i (d wide) and
 * y_i the model's log self time of it (ms):
 *
 * <pre>
 *   y'_i = y_i + scale * b . (A h_i) + bias      A: r x d, b: r
 *   P    = log sum_i exp(y'_i)                   the plan's log time, its operators in series
 *   L    = Huber_delta(P - log observed)
 * </pre>
 *
 * With w = softmax(y'), m = sum_i w_i h_i and g = dL/dP, which is P - log observed within +-delta:
 *
 * <pre>
 *   dL/db    = g * scale * A m
 *   dL/dA    = g * scale * b m^T
 *   dL/dbias = g
 * </pre>
 *
 * One statement costs O(n d + r d). Initially b = 0, so that the model is unchanged. Errors are
 * measured before learning from the statement, and {@link #isBetter} shows whether the adaptation
 * helps.
 *
 * <p>Allocates nothing after the largest plan was processed. Not thread-safe.
 */
public final class MicroLora {
  /** Weight of the newest statement in the running errors: a memory of about 50 statements. */
  private static final double NEWEST = 0.02;

  private static final long TRUSTED_AFTER = 20;

  private final LoraSettings settings;
  private final int rank;
  private final int hidden;

  /** The weights: A by rows, then b, then the bias. */
  private final double[] weights;

  private final double[] gradient;
  private final Adam adam;

  /** scale * A^T b: the low-rank term as one vector, to be multiplied with activations. */
  private final double[] direction;

  private final double[] blend;
  private double[] adapted = new double[0];
  private double baseError;
  private double adaptedError;

  /**
   * Creates an adaptation that has learned nothing.
   *
   * @param random for the initial A
   */
  public MicroLora(LoraSettings settings, RandomGenerator random) {
    this(settings);
    double deviation = 1 / Math.sqrt(hidden);
    for (int i = 0; i < rank * hidden; i++) {
      weights[i] = deviation * random.nextGaussian();
    }
  }

  private MicroLora(LoraSettings settings) {
    this.settings = settings;
    rank = settings.rank();
    hidden = settings.hidden();
    weights = new double[rank * hidden + rank + 1];
    gradient = new double[weights.length];
    adam = new Adam(weights);
    direction = new double[hidden];
    blend = new double[hidden];
  }

  /**
   * The adapted log self times.
   *
   * @param activations hidden, n x d
   * @param logSelfMs of the model, n
   * @param into output, at least n
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public void adapt(float[][] activations, float[] logSelfMs, double[] into) {
    requireShapes(activations, logSelfMs);
    double bias = weights[weights.length - 1];
    for (int i = 0; i < logSelfMs.length; i++) {
      into[i] = logSelfMs[i] + Vectors.dot(direction, activations[i]) + bias;
    }
  }

  /** The logarithm of a plan's adapted time in ms; shapes as in {@link #adapt}. */
  public double logMs(float[][] activations, float[] logSelfMs) {
    adapt(activations, logSelfMs, room(logSelfMs.length));
    return Vectors.logSum(adapted, logSelfMs.length);
  }

  /**
   * Learns from one statement.
   *
   * @param observedMs its measured mean time, above 0
   * @return the error of the adapted prediction in log time before learning; above 0 if the
   *     statement was faster than predicted
   * @throws IllegalArgumentException if a value is invalid or the shapes do not fit; then nothing
   *     is learned
   */
  public double observe(float[][] activations, float[] logSelfMs, double observedMs) {
    double error = gradient(activations, logSelfMs, observedMs);
    judge(Vectors.logSum(logSelfMs) - Math.log(observedMs), error);
    clip();
    adam.step(gradient, settings.learningRate(), settings.weightDecay());
    direct();
    return error;
  }

  /** The number of statements learned from. */
  public long statements() {
    return adam.steps();
  }

  /** Running mean of the unadapted model's absolute errors in log time. */
  public double baseError() {
    return baseError;
  }

  /** Running mean of the adapted model's absolute errors in log time. */
  public double adaptedError() {
    return adaptedError;
  }

  /** Whether the adapted predictions have been more accurate than the model's own. */
  public boolean isBetter() {
    return statements() >= TRUSTED_AFTER && adaptedError < baseError;
  }

  public LoraSettings settings() {
    return settings;
  }

  /** Computes the gradient of the loss, not yet clipped; returns P - log observed. */
  double gradient(float[][] activations, float[] logSelfMs, double observedMs) {
    if (!(observedMs > 0 && observedMs < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("not a positive time: " + observedMs + " ms");
    }
    double plan = logMs(activations, logSelfMs);
    double error = plan - Math.log(observedMs);
    if (!Double.isFinite(error)) {
      throw new IllegalArgumentException("activations or predicted times are not finite");
    }
    double slope = Math.clamp(error, -settings.huberDelta(), settings.huberDelta());
    Arrays.fill(blend, 0);
    for (int i = 0; i < logSelfMs.length; i++) {
      Vectors.addScaled(Math.exp(adapted[i] - plan), activations[i], blend);
    }
    int b = rank * hidden;
    for (int k = 0; k < rank; k++) {
      double product = 0;
      for (int j = 0; j < hidden; j++) {
        product += weights[k * hidden + j] * blend[j];
        gradient[k * hidden + j] = slope * settings.scale() * weights[b + k] * blend[j];
      }
      gradient[b + k] = slope * settings.scale() * product;
    }
    gradient[weights.length - 1] = slope;
    return error;
  }

  /** The loss of one statement, whose gradient is {@link #gradient}. */
  double loss(float[][] activations, float[] logSelfMs, double observedMs) {
    double error = Math.abs(logMs(activations, logSelfMs) - Math.log(observedMs));
    double delta = settings.huberDelta();
    return error <= delta ? error * error / 2 : delta * (error - delta / 2);
  }

  double[] gradient() {
    return gradient.clone();
  }

  double[] weights() {
    return weights.clone();
  }

  void setWeight(int i, double value) {
    weights[i] = value;
    direct();
  }

  private void judge(double base, double withAdaptation) {
    double share = statements() == 0 ? 1 : Math.max(NEWEST, 1.0 / (statements() + 1));
    baseError += share * (Math.abs(base) - baseError);
    adaptedError += share * (Math.abs(withAdaptation) - adaptedError);
  }

  private void clip() {
    double squares = 0;
    for (double value : gradient) {
      squares += value * value;
    }
    double length = Math.sqrt(squares);
    if (length > settings.clip()) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= settings.clip() / length;
      }
    }
  }

  private void direct() {
    Arrays.fill(direction, 0);
    for (int k = 0; k < rank; k++) {
      double factor = settings.scale() * weights[rank * hidden + k];
      for (int j = 0; j < hidden; j++) {
        direction[j] += factor * weights[k * hidden + j];
      }
    }
  }

  private double[] room(int operators) {
    if (adapted.length < operators) {
      adapted = new double[Math.max(operators, 2 * adapted.length)];
    }
    return adapted;
  }

  private void requireShapes(float[][] activations, float[] logSelfMs) {
    if (activations.length != logSelfMs.length || logSelfMs.length == 0) {
      throw new IllegalArgumentException(
          "%d activations and %d times; the numbers must be equal and at least 1"
              .formatted(activations.length, logSelfMs.length));
    }
    for (var activation : activations) {
      if (activation.length != hidden) {
        throw new IllegalArgumentException(
            "an activation has %d values instead of %d".formatted(activation.length, hidden));
      }
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(hidden);
    out.writeInt(rank);
    out.writeDouble(settings.scale());
    out.writeDouble(settings.learningRate());
    out.writeDouble(settings.weightDecay());
    out.writeDouble(settings.clip());
    out.writeDouble(settings.huberDelta());
    out.writeDouble(baseError);
    out.writeDouble(adaptedError);
    adam.write(out);
  }

  static MicroLora read(DataInput in) throws IOException {
    var lora =
        new MicroLora(
            new LoraSettings(
                in.readInt(),
                in.readInt(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble()));
    lora.baseError = in.readDouble();
    lora.adaptedError = in.readDouble();
    lora.adam.read(in);
    lora.direct();
    return lora;
  }
}
