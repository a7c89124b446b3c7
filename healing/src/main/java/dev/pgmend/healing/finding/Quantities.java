// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.finding;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Values as Kubernetes users write them: quantities of bytes ({@code 10Mi}, {@code 50M}, {@code
 * 10485760}), durations ({@code 30s}, {@code 1h30m}, {@code 35d}) and plain numbers. The readers
 * throw IllegalArgumentException if a text is none.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">
 *     Quantity</a>
 */
public final class Quantities {
  private static final Pattern BYTES =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?");
  private static final Pattern CORES = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(m?)");
  private static final Pattern COUNT = Pattern.compile("\\d{1,18}");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");

  private static final Pattern DURATION = Pattern.compile("0s|(?:[1-9][0-9]{0,8}(?:ms|s|m|h|d))+");
  private static final Pattern DURATION_PART = Pattern.compile("([0-9]+)(ms|s|m|h|d)");

  private static final Map<String, Long> BYTE_UNITS =
      Map.of(
          "k",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "T",
          1_000_000_000_000L,
          "P",
          1_000_000_000_000_000L,
          "Ki",
          ByteSize.KB,
          "Mi",
          ByteSize.MB,
          "Gi",
          ByteSize.GB,
          "Ti",
          ByteSize.TB,
          "Pi",
          1024 * ByteSize.TB);

  private static final List<String> BINARY_UNITS = List.of("Ti", "Gi", "Mi", "Ki");

  private Quantities() {}

  /** A quantity of bytes; a fraction of a byte is rounded down. */
  public static long bytes(String text) {
    var match = BYTES.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("not a quantity of bytes: " + text);
    }
    var unit = match.group(2) == null ? 1L : BYTE_UNITS.getOrDefault(match.group(2), 1L);
    var bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("too large: " + text);
    }
    return bytes.longValue();
  }

  /** Processor cores: {@code 4}, {@code 0.5} or {@code 500m}. */
  public static double cores(String text) {
    var match = CORES.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("not a number of cores: " + text);
    }
    return Double.parseDouble(match.group(1)) / (match.group(2).isEmpty() ? 1 : 1000);
  }

  /** A whole number that is not negative. */
  public static long count(String text) {
    if (!COUNT.matcher(text).matches()) {
      throw new IllegalArgumentException("not a whole number: " + text);
    }
    return Long.parseLong(text);
  }

  /** A number that is not negative, with a decimal point or without. */
  public static double number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException("not a number: " + text);
    }
    return Double.parseDouble(text);
  }

  /** A length of time; parts are added up. A day has 24 hours. */
  public static Duration duration(String text) {
    if (!DURATION.matcher(text).matches()) {
      throw new IllegalArgumentException("not a duration: " + text);
    }
    var total = Duration.ZERO;
    var part = DURATION_PART.matcher(text);
    while (part.find()) {
      var count = Long.parseLong(part.group(1));
      total =
          total.plus(
              switch (part.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
              });
    }
    return total;
  }

  /** Bytes in the largest binary unit that leaves a whole number: {@code 10Mi}. */
  public static String text(long bytes) {
    return BINARY_UNITS.stream()
        .filter(unit -> bytes > 0 && bytes % BYTE_UNITS.getOrDefault(unit, 1L) == 0)
        .findFirst()
        .map(unit -> bytes / BYTE_UNITS.getOrDefault(unit, 1L) + unit)
        .orElseGet(() -> Long.toString(bytes));
  }

  /** A length of time in the largest unit that leaves a whole number: {@code 35d}. */
  public static String text(Duration duration) {
    var seconds = duration.toSeconds();
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.toMillis() % 1000 != 0) {
      return duration.toMillis() + "ms";
    }
    // An hour reads better than 3600s, and 36h better than a day and a half.
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
