// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import dev.pgmend.learner.plan.Predicate.Column;
import dev.pgmend.learner.plan.Predicate.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the conditions in a plan as Postgres prints them (ruleutils.c): fully parenthesized, each
 * column with its table's alias. Ambiguous conditions are omitted.
 */
public final class Predicates {
  private static final String NAME = "(\"(?:[^\"]++|\"\")*+\"|[\\p{L}_][\\p{L}\\p{N}_$]*+)";
  private static final Pattern COLUMN = Pattern.compile(NAME + "\\." + NAME);
  private static final Pattern CAST_COLUMN =
      Pattern.compile("\\(" + COLUMN + "\\)::(.+?)(?= (?:[<>=~!@#%^&|*/+-]|IS ))");
  private static final Pattern SORT_KEY =
      Pattern.compile(COLUMN + "(?: DESC)?(?: NULLS (?:FIRST|LAST))?");
  private static final Pattern OPERATOR = Pattern.compile("(<=|>=|<>|=|<|>|[~!@#%^&|*/+-]+)( .*)");

  private Predicates() {}

  /** The conjuncts of a condition such as a Filter that are on plain columns. */
  public static List<Predicate> of(String condition) {
    var predicates = new ArrayList<Predicate>();
    for (var conjunct : conjuncts(condition)) {
      read(conjunct).ifPresent(predicates::add);
    }
    return predicates;
  }

  /** The plain columns at the head of a list of sort or group keys, as far as they are columns. */
  public static List<Column> columns(List<String> keys) {
    var columns = new ArrayList<Column>();
    for (var key : keys) {
      var match = SORT_KEY.matcher(key);
      if (!match.matches()) {
        break;
      }
      columns.add(new Column(unquoted(match.group(1)), unquoted(match.group(2))));
    }
    return columns;
  }

  /** The parts of a conjunction; the condition itself if it is none. */
  public static List<String> conjuncts(String condition) {
    var text = withoutParentheses(condition.strip());
    if (text.isEmpty()) {
      return List.of();
    }
    var parts = new ArrayList<String>();
    int begin = 0;
    for (int i = 0; i < text.length(); i = next(text, i)) {
      if (text.startsWith(" AND ", i)) {
        parts.add(text.substring(begin, i));
        begin = i + " AND ".length();
      }
    }
    parts.add(text.substring(begin));
    return parts;
  }

  private static Optional<Predicate> read(String conjunct) {
    var text = withoutParentheses(conjunct.strip());
    var plain = COLUMN.matcher(text);
    if (plain.lookingAt()) {
      return compared(plain, "", text.substring(plain.end()));
    }
    var cast = CAST_COLUMN.matcher(text);
    return cast.lookingAt()
        ? compared(cast, cast.group(3), text.substring(cast.end()))
        : Optional.empty();
  }

  private static Optional<Predicate> compared(Matcher left, String cast, String rest) {
    var column = new Column(unquoted(left.group(1)), unquoted(left.group(2)));
    var text = rest.strip();
    if (text.equals("IS NULL")) {
      return Optional.of(new Predicate(column, cast, Kind.EQUALITY, Optional.empty()));
    }
    var operator = OPERATOR.matcher(text);
    if (!operator.matches()) {
      return Optional.of(new Predicate(column, cast, Kind.OTHER, Optional.empty()));
    }
    var right = withoutParentheses(operator.group(2).strip());
    var kind =
        switch (operator.group(1)) {
          case "=" -> right.startsWith("ALL ") ? Kind.OTHER : Kind.EQUALITY;
          case "<", "<=", ">", ">=" -> Kind.RANGE;
          default -> Kind.OTHER;
        };
    return Optional.of(new Predicate(column, cast, kind, columnIn(right)));
  }

  /** The first column that the right side holds, whatever is done to it there. */
  private static Optional<Column> columnIn(String text) {
    var match = COLUMN.matcher(text);
    while (match.find()) {
      var isValueOfPlan = match.start() > 0 && text.charAt(match.start() - 1) == ')';
      if (!isValueOfPlan) {
        return Optional.of(new Column(unquoted(match.group(1)), unquoted(match.group(2))));
      }
    }
    return Optional.empty();
  }

  private static String withoutParentheses(String text) {
    var result = text;
    while (result.startsWith("(") && closing(result) == result.length() - 1) {
      result = result.substring(1, result.length() - 1).strip();
    }
    return result;
  }

  /** Where the parenthesis closes that the text begins with. */
  private static int closing(String text) {
    return next(text, 0) - 1;
  }

  /**
   * The position after the character, the quoted name or the parenthesised part that begins here.
   */
  private static int next(String text, int begin) {
    var depth = 0;
    var i = begin;
    do {
      switch (text.charAt(i)) {
        case '"' -> {
          var end = text.indexOf('"', i + 1);
          i = end < 0 ? text.length() : end + 1;
        }
        case '(' -> {
          depth++;
          i++;
        }
        case ')' -> {
          depth--;
          i++;
        }
        default -> i++;
      }
    } while (depth > 0 && i < text.length());
    return i;
  }

  private static String unquoted(String name) {
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }
}
