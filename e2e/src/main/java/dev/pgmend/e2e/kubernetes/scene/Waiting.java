// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.scene;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Polls until a condition holds. */
public final class Waiting {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private Waiting() {}

  /** Polls once; empty if the condition does not hold yet. */
  @FunctionalInterface
  public interface Look<T> {
    Optional<T> look() throws StageFailedException, IOException, SQLException;
  }

  /**
   * Waits for a result.
   *
   * @param what is awaited, for the message "waited 60 s in vain for ..."
   * @throws StageFailedException if it does not happen in time
   */
  public static <T> T until(String what, Duration atMost, Look<T> look)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    var end = System.nanoTime() + atMost.toNanos();
    while (true) {
      var seen = look.look();
      if (seen.isPresent()) {
        return seen.get();
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped while waiting for " + what);
      }
      if (System.nanoTime() > end) {
        throw new StageFailedException(
            "waited %d s in vain for %s".formatted(atMost.toSeconds(), what));
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  /** Waits for a condition. */
  public static void untilTrue(String what, Duration atMost, Look<Boolean> look)
      throws StageFailedException, IOException, SQLException, InterruptedException {
    until(what, atMost, () -> look.look().filter(Boolean::booleanValue));
  }
}
