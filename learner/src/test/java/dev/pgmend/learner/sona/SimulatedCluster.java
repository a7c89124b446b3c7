// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import java.util.Random;

/**
 * A cluster that differs from those a model was trained on: by the speed of its hardware, and by
 * what each kind of operator costs on it. The model's activations tell the kind of an operator
 * among much else, as a trained network's do; its times are wrong by what differs here and by
 * noise.
 */
final class SimulatedCluster {
  static final int HIDDEN = 64;
  private static final int KINDS = 8;

  private final Random random;
  private final double[][] kinds = new double[KINDS][HIDDEN];
  private final double[] costs = new double[KINDS];
  private final double speed;
  private final double noise;

  float[][] hidden = new float[0][];
  float[] logSelfMs = new float[0];
  double observedMs;

  /**
   * @param speed mean factor by which the model is wrong, as a logarithm
   * @param costs how far the kinds of operators differ from that, standard deviation in log time
   * @param noise of an observed statement, standard deviation in log time
   */
  SimulatedCluster(Random random, double speed, double costs, double noise) {
    this.random = random;
    this.speed = speed;
    this.noise = noise;
    for (int kind = 0; kind < KINDS; kind++) {
      this.costs[kind] = costs * random.nextGaussian();
      for (int j = 0; j < HIDDEN; j++) {
        kinds[kind][j] = random.nextGaussian();
      }
    }
  }

  /** Draws the next statement: 1 to 20 operators, times from microseconds to seconds. */
  void next() {
    int operators = 1 + random.nextInt(20);
    hidden = new float[operators][HIDDEN];
    logSelfMs = new float[operators];
    double total = 0;
    for (int i = 0; i < operators; i++) {
      int kind = random.nextInt(KINDS);
      for (int j = 0; j < HIDDEN; j++) {
        // Rectified, as the last hidden layer of a network is.
        hidden[i][j] = (float) Math.max(0, kinds[kind][j] + 0.5 * random.nextGaussian());
      }
      logSelfMs[i] = (float) (2 * random.nextGaussian());
      total += Math.exp(logSelfMs[i] + speed + costs[kind] + 0.3 * random.nextGaussian());
    }
    observedMs = total * Math.exp(noise * random.nextGaussian());
  }
}
