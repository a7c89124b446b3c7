// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.time.Duration;

/** One span of time that an operation may spend, shared by all of its retries and waits. */
public final class Deadline {
  private final long endNanos;

  private Deadline(long endNanos) {
    this.endNanos = endNanos;
  }

  public static Deadline after(Duration span) {
    return new Deadline(System.nanoTime() + span.toNanos());
  }

  /** The time left; zero, never negative, once it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  public boolean passed() {
    return remaining().isZero();
  }
}
