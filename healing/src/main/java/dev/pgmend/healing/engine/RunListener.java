// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.repair.Progress;

/** Receives the progress of a run. Called from another thread than the one that runs. */
@FunctionalInterface
public interface RunListener {
  /**
   * @param step from 0
   * @param steps how many there are
   */
  void progress(int step, int steps, Progress progress);
}
