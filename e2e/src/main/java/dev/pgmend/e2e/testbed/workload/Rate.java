// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** The rate of a counter over the last samples. */
final class Rate {
  private static final int LOOKS = 6;

  private record Look(long count, long nanos) {}

  private final Deque<Look> looks = new ArrayDeque<>();

  /** Starts at zero. */
  Rate(long nanos) {
    looks.addLast(new Look(0, nanos));
  }

  /**
   * @param count so far
   * @param nanos of the monotonic clock
   */
  synchronized double perSecond(long count, long nanos) {
    looks.addLast(new Look(count, nanos));
    if (looks.size() > LOOKS) {
      looks.removeFirst();
    }
    var first = looks.getFirst();
    var seconds = (double) (nanos - first.nanos) / TimeUnit.SECONDS.toNanos(1);
    return seconds <= 0 ? 0 : (count - first.count) / seconds;
  }
}
