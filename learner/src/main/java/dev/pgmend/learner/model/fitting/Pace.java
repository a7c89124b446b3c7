// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.fitting;

import java.util.concurrent.TimeoutException;

/** Limits the load of long work. Called between two steps of some milliseconds. */
@FunctionalInterface
public interface Pace {
  /** No limit. */
  Pace FREE = () -> {};

  /**
   * Returns when the next step may begin.
   *
   * @throws InterruptedException if the work must stop at once
   * @throws TimeoutException if it has taken too long
   */
  void step() throws InterruptedException, TimeoutException;
}
