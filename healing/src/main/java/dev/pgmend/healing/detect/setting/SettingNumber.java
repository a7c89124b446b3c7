// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.finding.ByteSize;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Numbers of settings with their units, as Postgres reads and writes them.
 *
 * @see <a href="https://www.postgresql.org/docs/current/config-setting.html">Setting parameters</a>
 */
final class SettingNumber {
  private static final Pattern NUMBER =
      Pattern.compile(
          "([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)\\s*(B|kB|MB|GB|TB|us|ms|s|min|h|d)?");

  /** The unit of a setting may be a multiple, such as 8kB. */
  private static final Pattern UNIT = Pattern.compile("(\\d*)([a-zA-Z]+)");

  private static final List<String> BYTES = List.of("TB", "GB", "MB", "kB", "B");
  private static final List<String> TIMES = List.of("d", "h", "min", "s", "ms", "us");

  /** Units of bytes and of microseconds. */
  private static final Map<String, Long> FACTORS =
      Map.ofEntries(
          Map.entry("B", 1L),
          Map.entry("kB", ByteSize.KB),
          Map.entry("MB", ByteSize.MB),
          Map.entry("GB", ByteSize.GB),
          Map.entry("TB", ByteSize.TB),
          Map.entry("us", 1L),
          Map.entry("ms", 1_000L),
          Map.entry("s", 1_000_000L),
          Map.entry("min", 60_000_000L),
          Map.entry("h", 3_600_000_000L),
          Map.entry("d", 86_400_000_000L));

  private SettingNumber() {}

  /**
   * @param unit of the setting; empty if it has none
   * @return the number in the setting's own unit; empty if the text is none
   */
  static OptionalDouble parse(String text, String unit) {
    var match = NUMBER.matcher(text.strip());
    if (!match.matches()) {
      return OptionalDouble.empty();
    }
    var number = Double.parseDouble(match.group(1));
    var suffix = match.group(2);
    if (suffix == null) {
      return OptionalDouble.of(number);
    }
    if (unit.isEmpty() || BYTES.contains(suffix) != isBytes(unit)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(number * FACTORS.getOrDefault(suffix, 1L) / factor(unit));
  }

  /** In the largest unit that gives a whole number, as SHOW writes it. */
  static String format(double value, String unit) {
    if (unit.isEmpty() || value <= 0 || value != Math.rint(value)) {
      return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
    var total = ((long) value) * factor(unit);
    return (isBytes(unit) ? BYTES : TIMES)
        .stream()
            .filter(larger -> total % FACTORS.getOrDefault(larger, 1L) == 0)
            .findFirst()
            .map(larger -> total / FACTORS.getOrDefault(larger, 1L) + larger)
            .orElseGet(() -> Long.toString((long) value));
  }

  /** Number of bytes or microseconds per unit. */
  static long factor(String unit) {
    var match = UNIT.matcher(unit);
    if (!match.matches()) {
      return 1;
    }
    var multiple = match.group(1).isEmpty() ? 1 : Long.parseLong(match.group(1));
    return multiple * FACTORS.getOrDefault(match.group(2), 1L);
  }

  private static boolean isBytes(String unit) {
    return unit.endsWith("B");
  }
}
