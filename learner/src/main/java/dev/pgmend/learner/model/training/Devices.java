// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import ai.djl.Device;
import ai.djl.engine.Engine;

/** The devices for training. */
public final class Devices {
  private Devices() {}

  /** The first GPU that DJL finds, or the CPU. */
  public static Device best() {
    return Engine.getInstance().getGpuCount() > 0 ? Device.gpu() : Device.cpu();
  }
}
