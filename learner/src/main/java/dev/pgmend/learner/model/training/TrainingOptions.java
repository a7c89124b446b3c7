package dev.pgmend.learner.model.training;

import ai.djl.Device;
import dev.pgmend.learner.model.ModelShape;

/**
 * How to train.
 *
 * @param epochs how often each plan is seen
 * @param batch plans at a time
 * @param learningRate at the start; it falls to a thirtieth along a cosine
 * @param attention whether operators attend to others; without is for comparison
 * @param seed of the first weights and of the order of plans
 */
public record TrainingOptions(
    ModelShape shape,
    int epochs,
    int batch,
    float learningRate,
    boolean attention,
    long seed,
    Device device) {
  /** What the committed model was trained with. */
  public static TrainingOptions standard() {
    return new TrainingOptions(ModelShape.standard(), 40, 64, 4e-3f, true, 1, Devices.best());
  }

  /** For a model that is learned already: few epochs, small steps. */
  public static TrainingOptions fineTuning(ModelShape shape, Device device) {
    return new TrainingOptions(shape, 6, 64, 2e-3f, true, 1, device);
  }

  /** The same for a model whose operators see nothing of each other. */
  public TrainingOptions withoutAttention() {
    return new TrainingOptions(shape, epochs, batch, learningRate, false, seed, device);
  }

  /** The same for another number of epochs. */
  public TrainingOptions withEpochs(int count) {
    return new TrainingOptions(shape, count, batch, learningRate, attention, seed, device);
  }

  /** The same from other first weights, with the plans in another order. */
  public TrainingOptions withSeed(long other) {
    return new TrainingOptions(shape, epochs, batch, learningRate, attention, other, device);
  }
}
