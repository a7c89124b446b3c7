package dev.pgmend.learner.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the literals out of SQL and of the expressions in plans: what a customer is called or earns
 * is of no use to us and must not leave the database.
 */
public final class Literals {
  /**
   * What has to be told apart, the first that fits: quoted identifiers, parameters, names and
   * references to other parts of the plan stay; strings in all their spellings, bit strings and
   * numbers go. A digit within a name is part of that name.
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
