// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.fitting;

import dev.pgmend.learner.model.LatencyModel;
import dev.pgmend.learner.model.ObservedPlan;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Fits copies of a latency model to plans that ran. */
public interface Tuner {
  /** The device, such as {@code cpu} or {@code gpu(0)}. */
  String device();

  /**
   * Returns a copy that is fitted to the plans. Its errors are not known yet, see {@link
   * Calibration}.
   *
   * @param plans at least one
   * @throws InterruptedException if the pace interrupts it
   * @throws TimeoutException if the pace ends it
   */
  LatencyModel tune(LatencyModel model, List<ObservedPlan> plans, Pace pace)
      throws InterruptedException, TimeoutException;
}
