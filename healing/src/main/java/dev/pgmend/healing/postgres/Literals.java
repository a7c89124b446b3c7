// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Removes the literals from SQL and from expressions in plans. Data of the user must not leave the
 * database.
 */
public final class Literals {
  /**
   * The tokens, in order of precedence. Comments are removed: they can hold anything, an odd number
   * of quotes too. Quoted identifiers, parameters, names and references to other parts of the plan
   * are kept. Strings in all their notations, bit strings and numbers are masked, and so is what
   * follows an opening quote that is never closed, as in a text that was cut off. A digit within a
   * name is part of that name.
   */
  private static final Pattern TOKEN =
      Pattern.compile(
          """
          (?<comment>--[^\\n]*+|/\\*(?:[^*]++|\\*(?!/))*+(?:\\*/|\\z))\
          |(?<keep>"(?:[^"]++|"")*+"|(?:InitPlan|SubPlan) \\d+|\\$\\d+|(?!(?:[eE]|[bB]|[xX]|[nN]|[uU]&)')[\\p{L}_][\\p{L}\\p{N}_$]*+)\
          |(?<string>[eE]'(?:[^'\\\\]++|\\\\.|'')*+(?:'|\\z)|(?:[bBxXnN]|[uU]&)?'(?:[^']++|'')*+(?:'|\\z))\
          |(?<dollar>\\$(?<tag>[\\p{L}_]*)\\$.*?(?:\\$\\k<tag>\\$|\\z))\
          |(?<number>(?:\\d[\\d_]*(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?)\
          """,
          Pattern.DOTALL);

  private static final String MASK = "?";

  private Literals() {}

  /** The text with each literal replaced by a question mark. */
  public static String mask(String sql) {
    return TOKEN
        .matcher(sql)
        .replaceAll(match -> {
          var kept = match.group("keep");
          var masked = match.group("comment") == null ? MASK : " ";
          return Matcher.quoteReplacement(kept == null ? masked : kept);
        });
  }
}
