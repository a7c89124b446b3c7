package dev.pgmend.learner.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Removes the literals from SQL and from expressions in plans. Data of the user must not leave the
 * database.
 */
public final class Literals {
  /**
   * The tokens, in order of precedence. Quoted identifiers, parameters, names and references to
   * other parts of the plan are kept. Strings in all their notations, bit strings and numbers are
   * removed. A digit within a name is part of that name.
   */
  private static final Pattern TOKEN =
      Pattern.compile(
          """
          (?<keep>"(?:[^"]++|"")*+"|(?:InitPlan|SubPlan) \\d+|\\$\\d+|(?!(?:[eE]|[bB]|[xX]|[nN]|[uU]&)')[\\p{L}_][\\p{L}\\p{N}_$]*+)\
          |(?<string>[eE]'(?:[^'\\\\]++|\\\\.|'')*+'|(?:[bBxXnN]|[uU]&)?'(?:[^']++|'')*+')\
          |(?<dollar>\\$(?<tag>[\\p{L}_]*)\\$.*?\\$\\k<tag>\\$)\
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
          return Matcher.quoteReplacement(kept == null ? MASK : kept);
        });
  }
}
