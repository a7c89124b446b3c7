// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How often a running statement is looked at. */
final class Poll {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private Poll() {}

  /** Waits for the next look; at once if the thread was interrupted. */
  static void pause() {
    LockSupport.parkNanos(INTERVAL.toNanos());
  }
}
