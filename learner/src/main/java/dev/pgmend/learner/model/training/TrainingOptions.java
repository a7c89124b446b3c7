// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import ai.djl.Device;
import dev.pgmend.learner.model.ModelShape;

/**
 * The options of a training.
 *
 * @param epochs number of passes over the plans
 * @param batch plans per batch
 * @param learningRate at the start; it falls to a thirtieth along a cosine
 * @param attention whether operators attend to others; false for comparison
 * @param seed seed of the initial weights and of the order of plans
 */
public record TrainingOptions(
    ModelShape shape,
    int epochs,
    int batch,
    float learningRate,
    boolean attention,
    long seed,
    Device device) {
  /** The options of the committed model. */
  public static TrainingOptions standard() {
    return new TrainingOptions(ModelShape.standard(), 40, 64, 4e-3f, true, 1, Devices.best());
  }

  /** Options for a trained model: few epochs, small steps. */
  public static TrainingOptions fineTuning(ModelShape shape, Device device) {
    return new TrainingOptions(shape, 6, 64, 2e-3f, true, 1, device);
  }

  /** The same options without attention. */
  public TrainingOptions withoutAttention() {
    return new TrainingOptions(shape, epochs, batch, learningRate, false, seed, device);
  }

  /** The same options with another number of epochs. */
  public TrainingOptions withEpochs(int count) {
    return new TrainingOptions(shape, count, batch, learningRate, attention, seed, device);
  }

  /** The same options with another seed. */
  public TrainingOptions withSeed(long other) {
    return new TrainingOptions(shape, epochs, batch, learningRate, attention, other, device);
  }
}
