// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The Adam optimizer (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019)
 * on one vector of weights.
 */
public final class Adam {
  private static final double MEAN_DECAY = 0.9;
  private static final double SQUARE_DECAY = 0.999;
  private static final double EPSILON = 1e-8;

  private final double[] weights;
  private final double[] means;
  private final double[] squares;
  private long steps;

  /**
   * @param weights weights that each step changes in place
   */
  public Adam(double[] weights) {
    this.weights = weights;
    means = new double[weights.length];
    squares = new double[weights.length];
  }

  long steps() {
    return steps;
  }

  /**
   * Takes one step against the gradient.
   *
   * @param gradient one value per weight
   * @param weightDecay share of the learning rate by which weights shrink
   */
  public void step(double[] gradient, double learningRate, double weightDecay) {
    steps++;
    double meanBias = 1 - Math.pow(MEAN_DECAY, (double) steps);
    double squareBias = 1 - Math.pow(SQUARE_DECAY, (double) steps);
    for (int i = 0; i < weights.length; i++) {
      means[i] = MEAN_DECAY * means[i] + (1 - MEAN_DECAY) * gradient[i];
      squares[i] = SQUARE_DECAY * squares[i] + (1 - SQUARE_DECAY) * gradient[i] * gradient[i];
      double step = means[i] / meanBias / (Math.sqrt(squares[i] / squareBias) + EPSILON);
      weights[i] -= learningRate * (step + weightDecay * weights[i]);
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(steps);
    for (int i = 0; i < weights.length; i++) {
      out.writeDouble(weights[i]);
      out.writeDouble(means[i]);
      out.writeDouble(squares[i]);
    }
  }

  void read(DataInput in) throws IOException {
    steps = in.readLong();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = in.readDouble();
      means[i] = in.readDouble();
      squares[i] = in.readDouble();
    }
  }
}
