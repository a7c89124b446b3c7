// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a misspelt one most likely stands for. */
public final class NearestName {
  private NearestName() {}

  /**
   * The name the fewest edits away, if at most a third of the letters differ.
   *
   * @param names the right ones
   */
  public static Optional<String> of(String misspelt, Collection<String> names) {
    var wanted = misspelt.toLowerCase(Locale.ROOT);
    return names.stream()
        .min(
            Comparator.comparingInt((String name) -> distance(wanted, name))
                .thenComparing(Comparator.naturalOrder()))
        .filter(name -> 3 * distance(wanted, name) <= Math.max(name.length(), wanted.length()));
  }

  /** Levenshtein's, in O(n m) time; capitals do not count. */
  private static int distance(String one, String name) {
    var other = name.toLowerCase(Locale.ROOT);
    var row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        var replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[row.length - 1];
  }
}
