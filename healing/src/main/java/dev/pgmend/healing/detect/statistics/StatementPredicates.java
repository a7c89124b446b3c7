// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The columns that a statement compares with constants for equality, as far as its text shows.
 * Functions, casts, calculations and comparisons between columns are ignored.
 *
 * @param names all names that occur, those of tables among them
 * @param aliases by name; a name may also stand before another without being its alias
 * @param equal the columns compared within one query of the statement, by what stands before their
 *     dot, if anything
 */
record StatementPredicates(
    Set<String> names, Map<String, Set<String>> aliases, Map<Place, Set<String>> equal) {

  /** A query within the statement, and the table or alias named there, empty if none is. */
  record Place(int query, String qualifier) {}

  private enum Kind {
    NAME,
    WORD,
    CONSTANT,
    SYMBOL
  }

  private record Token(Kind kind, String text) {
    boolean is(String other) {
      return kind != Kind.NAME && kind != Kind.CONSTANT && text.equals(other);
    }

    boolean isAnyOf(Set<String> others) {
      return kind != Kind.NAME && kind != Kind.CONSTANT && others.contains(text);
    }

    /** A name that needs no quotes looks like a keyword. */
    boolean mayBeName() {
      return kind == Kind.NAME || (kind == Kind.WORD && !KEYWORDS.contains(text));
    }
  }

  private static final Pattern TOKEN =
      Pattern.compile(
          "(--[^\\n]*+|/\\*.*?\\*/|\\s++)" // 1: nothing
              + "|\"((?:[^\"]++|\"\")++)\"" // 2: a quoted name
              + "|('(?:[^']++|'')*+'|\\$\\d++|\\d[\\w.]*+)" // 3: a constant
              + "|([\\p{L}_][\\p{L}\\p{N}_$]*+)" // 4: a name or a keyword
              + "|(::|[-<>=!+*/%|&^~@#?]++|.)", // 5: all else
          Pattern.DOTALL);

  private static final Set<String> BEGIN_QUERY = Set.of("select", "update", "delete", "insert");
  private static final Set<String> BEGIN_CONDITION = Set.of("where", "on");
  private static final Set<String> END_CONDITION =
      Set.of(
          "set",
          "from",
          "join",
          "group",
          "order",
          "limit",
          "values",
          "returning",
          "having",
          "union",
          "intersect",
          "except",
          "for",
          "window");
  private static final Set<String> BEFORE_COMPARISON =
      Set.of("where", "on", "and", "or", "not", "(");
  private static final Set<String> OTHER_KEYWORDS =
      Set.of(
          "as",
          "in",
          "any",
          "is",
          "null",
          "inner",
          "left",
          "right",
          "full",
          "cross",
          "outer",
          "natural",
          "lateral",
          "using",
          "only",
          "into",
          "case",
          "when",
          "then",
          "else",
          "end",
          "between",
          "like",
          "ilike",
          "exists",
          "all",
          "distinct");
  private static final Set<String> KEYWORDS =
      Stream.of(BEGIN_QUERY, BEGIN_CONDITION, END_CONDITION, BEFORE_COMPARISON, OTHER_KEYWORDS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  static StatementPredicates of(String sql) {
    var tokens =
        TOKEN
            .matcher(sql)
            .results()
            .filter(m -> m.group(1) == null)
            .map(StatementPredicates::token)
            .toList();
    return new StatementPredicates(names(tokens), aliases(tokens), equal(tokens));
  }

  /** The columns of a table that are compared together; each set has two or more. */
  List<Set<String>> together(String table, Set<String> columns) {
    var together = new ArrayList<Set<String>>();
    equal.forEach((place, compared) -> {
      var qualifier = place.qualifier;
      if (qualifier.isEmpty()
          || qualifier.equals(table)
          || aliases.getOrDefault(qualifier, Set.of()).contains(table)) {
        var own = new TreeSet<>(compared);
        own.retainAll(columns);
        if (own.size() > 1) {
          together.add(own);
        }
      }
    });
    return together;
  }

  private static Token token(MatchResult match) {
    if (match.group(2) != null) {
      return new Token(Kind.NAME, match.group(2).replace("\"\"", "\""));
    }
    if (match.group(3) != null) {
      return new Token(Kind.CONSTANT, match.group(3));
    }
    return match.group(4) == null
        ? new Token(Kind.SYMBOL, match.group(5))
        : new Token(Kind.WORD, match.group(4).toLowerCase(Locale.ROOT));
  }

  private static Set<String> names(List<Token> tokens) {
    var names = new TreeSet<String>();
    tokens.stream().filter(Token::mayBeName).forEach(token -> names.add(token.text));
    return names;
  }

  /** {@code orders o} and {@code orders AS o}. */
  private static Map<String, Set<String>> aliases(List<Token> tokens) {
    var aliases = new HashMap<String, Set<String>>();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      var alias = tokens.get(i + 1).is("as") && i + 2 < tokens.size() ? i + 2 : i + 1;
      if (tokens.get(i).mayBeName() && tokens.get(alias).mayBeName()) {
        aliases
            .computeIfAbsent(tokens.get(alias).text, _ -> new TreeSet<>())
            .add(tokens.get(i).text);
      }
    }
    return aliases;
  }

  /** The query of a token, and whether the token is in a condition. */
  private record State(int query, boolean inCondition) {}

  private static Map<Place, Set<String>> equal(List<Token> tokens) {
    var equal = new HashMap<Place, Set<String>>();
    var outer = new ArrayDeque<State>();
    var state = new State(0, false);
    var queries = 0;
    for (int i = 0; i < tokens.size(); i++) {
      var token = tokens.get(i);
      if (token.isAnyOf(BEGIN_QUERY)) {
        state = new State(++queries, false);
      } else if (token.isAnyOf(BEGIN_CONDITION)) {
        state = new State(state.query, true);
      } else if (token.isAnyOf(END_CONDITION)) {
        state = new State(state.query, false);
      } else {
        state = nested(token, state, outer);
      }
      if (state.inCondition && token.isAnyOf(BEFORE_COMPARISON)) {
        addComparison(tokens, i + 1, state.query, equal);
      }
    }
    return equal;
  }

  private static State nested(Token token, State state, Deque<State> outer) {
    if (token.is("(")) {
      outer.push(state);
    } else if (token.is(")") && !outer.isEmpty()) {
      return outer.pop();
    }
    return state;
  }

  /** {@code t.c = $1}, {@code c = ANY (...)}, {@code c IN ($1, ...)} or {@code $1 = c}. */
  private static void addComparison(
      List<Token> tokens, int from, int query, Map<Place, Set<String>> equal) {
    var turned = at(tokens, from).kind == Kind.CONSTANT && at(tokens, from + 1).is("=");
    var start = turned ? from + 2 : from;
    var end = start;
    while (at(tokens, end).mayBeName() && at(tokens, end + 1).is(".")) {
      end += 2;
    }
    if (!at(tokens, end).mayBeName()
        || !(turned ? endsThere(at(tokens, end + 1)) : comparesWithConstant(tokens, end + 1))) {
      return;
    }
    var qualifier = end == start ? "" : tokens.get(end - 2).text;
    equal
        .computeIfAbsent(new Place(query, qualifier), _ -> new TreeSet<>())
        .add(tokens.get(end).text);
  }

  private static boolean endsThere(Token token) {
    return token.kind == Kind.WORD || token.is(")") || token.is(";") || token.text.isEmpty();
  }

  private static boolean comparesWithConstant(List<Token> tokens, int i) {
    if (at(tokens, i).is("in")) {
      return at(tokens, i + 1).is("(") && at(tokens, i + 2).kind == Kind.CONSTANT;
    }
    return at(tokens, i).is("=")
        && (at(tokens, i + 1).kind == Kind.CONSTANT
            || (at(tokens, i + 1).is("any") && at(tokens, i + 3).kind == Kind.CONSTANT));
  }

  private static Token at(List<Token> tokens, int i) {
    return i < tokens.size() ? tokens.get(i) : new Token(Kind.SYMBOL, "");
  }
}
