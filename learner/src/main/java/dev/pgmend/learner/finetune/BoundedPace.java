// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import dev.pgmend.learner.model.fitting.Pace;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sleeps after each step as long as the step took, so that the thread uses half a core, and ends
 * work that takes too long. Thread priorities have no effect on Linux by default.
 */
final class BoundedPace implements Pace {
  private final Duration max;
  private final long begin = System.nanoTime();
  private long stepBegin = begin;

  BoundedPace(Duration max) {
    this.max = max;
  }

  @Override
  public void step() throws InterruptedException, TimeoutException {
    long now = System.nanoTime();
    if (now - begin > max.toNanos()) {
      throw new TimeoutException("it took longer than %d s".formatted(max.toSeconds()));
    }
    TimeUnit.NANOSECONDS.sleep(now - stepBegin);
    stepBegin = System.nanoTime();
  }
}
