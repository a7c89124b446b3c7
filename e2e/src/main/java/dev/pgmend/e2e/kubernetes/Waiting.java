package dev.pgmend.e2e.kubernetes;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again until something has come about. */
public final class Waiting {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private Waiting() {}

  /** Looks once; empty if it has not come about. */
  @FunctionalInterface
  public interface Look<T> {
    Optional<T> look() throws StageFailedException, IOException, SQLException;
  }

  /**
   * Waits.
   *
   * @param what is waited for, to end "waited 60 s for ..."
   * @throws StageFailedException if it does not come about in time
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
