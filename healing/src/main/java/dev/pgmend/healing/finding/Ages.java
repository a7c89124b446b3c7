// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.finding;

/** Lengths of time for people. */
public final class Ages {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Ages() {}

  /** {@code 45 s}, {@code 12 min}, {@code 3.5 h} or {@code 40 days}. */
  public static String of(long seconds) {
    if (seconds < 2 * MINUTE) {
      return seconds + " s";
    }
    if (seconds < 2 * HOUR) {
      return seconds / MINUTE + " min";
    }
    return seconds < 2 * DAY
        ? "%.1f h".formatted((double) seconds / HOUR)
        : seconds / DAY + " days";
  }
}
