// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.finding;

import java.util.Locale;
import java.util.regex.Pattern;

/** Bytes as people and Postgres write them. */
public final class ByteSize {
  public static final long KB = 1024;
  public static final long MB = 1024 * KB;
  public static final long GB = 1024 * MB;
  public static final long TB = 1024 * GB;

  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(B|kB|MB|GB|TB|Ki|Mi|Gi|Ti)?");

  private ByteSize() {}

  /** {@code 1.5 MB}. */
  public static String of(long bytes) {
    if (bytes < MB) {
      return bytes < KB ? bytes + " B" : format(bytes, KB, "kB");
    }
    if (bytes < GB) {
      return format(bytes, MB, "MB");
    }
    return bytes < TB ? format(bytes, GB, "GB") : format(bytes, TB, "TB");
  }

  /**
   * @param name what is being read, for the error's message
   * @throws IllegalArgumentException if the text is no size
   */
  public static long parse(String name, String text) {
    var match = SIZE.matcher(text.strip());
    if (!match.matches()) {
      throw notASize(name, text);
    }
    var unit =
        switch (match.group(2)) {
          case "kB", "Ki" -> KB;
          case "MB", "Mi" -> MB;
          case "GB", "Gi" -> GB;
          case "TB", "Ti" -> TB;
          case null, default -> 1L;
        };
    try {
      return Math.multiplyExact(Long.parseLong(match.group(1)), unit);
    } catch (NumberFormatException | ArithmeticException _) {
      throw notASize(name, text);
    }
  }

  private static IllegalArgumentException notASize(String name, String text) {
    return new IllegalArgumentException(
        name + " is '" + text + "', which is not a size; write it like 10MB, 2GB or 5Gi");
  }

  private static String format(long bytes, long unit, String name) {
    return String.format(Locale.ROOT, "%.1f %s", (double) bytes / unit, name);
  }
}
