// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.fitting.Pace;
import dev.pgmend.learner.model.fitting.Tuner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Fits all weights with DJL. */
public final class DjlTuner implements Tuner {
  private final Device device;

  DjlTuner(Device device) {
    this.device = device;
  }

  /**
   * Uses the first GPU; empty if there is none.
   *
   * @throws RuntimeException or a LinkageError, if PyTorch cannot be loaded
   */
  public static Optional<DjlTuner> onGpu() {
    return Engine.getInstance().getGpuCount() > 0
        ? Optional.of(new DjlTuner(Device.gpu()))
        : Optional.empty();
  }

  @Override
  public String device() {
    return device.toString();
  }

  @Override
  public LatencyModel tune(LatencyModel model, List<ObservedPlan> plans, Pace pace)
      throws InterruptedException, TimeoutException {
    return Training.fineTune(
        model, plans, TrainingOptions.fineTuning(model.weights().shape(), device), pace);
  }
}
