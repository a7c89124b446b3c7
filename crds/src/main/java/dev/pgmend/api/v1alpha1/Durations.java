// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of time as users write them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h30m},
 * {@code 30d}.
 *
 * <p>They are strings in the resources because the schema has no type for a duration. A day is
 * always 24 hours.
 */
public final class Durations {
  /** A length of time longer than zero. */
  public static final String PATTERN = "^([1-9][0-9]{0,8}(ms|s|m|h|d))+$";

  private static final Pattern WHOLE = Pattern.compile(PATTERN);
  private static final Pattern PART = Pattern.compile("([0-9]+)(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads a length of time; parts are added up.
   *
   * @throws IllegalArgumentException if the text is not a duration, with an example of one
   */
  public static Duration parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a duration: write whole numbers with a unit out of ms, s, m, h and d,"
              + " such as 10s, 5m, 1h30m or 30d");
    }
    var total = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      total = total.plus(of(Long.parseLong(part.group(1)), part.group(2)));
    }
    return total;
  }

  private static Duration of(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      default -> throw new IllegalArgumentException("No unit of time is called '" + unit + "'");
    };
  }
}
