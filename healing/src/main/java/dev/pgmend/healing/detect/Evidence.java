// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import java.util.regex.Pattern;

/**
 * A number or text that findings of a detector may carry.
 *
 * @param name as it stands in {@code Finding.evidence}; a part in angle brackets, as in {@code
 *     recallAt<effort>}, stands for any text
 * @param unit such as {@code bytes}, {@code percent}, {@code text}
 * @param meaning half a sentence
 */
public record Evidence(String name, String unit, String meaning) {
  private static final Pattern PLACEHOLDER = Pattern.compile("<[a-z ]+>");

  /** Whether a finding's evidence of this name is declared by this. */
  public boolean covers(String actual) {
    if (!name.contains("<")) {
      return name.equals(actual);
    }
    var pattern = new StringBuilder();
    var placeholder = PLACEHOLDER.matcher(name);
    var end = 0;
    while (placeholder.find()) {
      pattern.append(Pattern.quote(name.substring(end, placeholder.start()))).append(".+");
      end = placeholder.end();
    }
    return actual.matches(pattern + Pattern.quote(name.substring(end)));
  }
}
