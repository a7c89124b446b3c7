// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.explain;

import java.util.List;
import java.util.regex.Pattern;

/** Pieces of Markdown. */
final class Markdown {
  private static final Pattern SENTENCE_END = Pattern.compile("\\.(\\s|$)");

  private Markdown() {}

  static String link(String text, String to) {
    return "[%s](%s)".formatted(text, to);
  }

  static String code(String text) {
    return "`%s`".formatted(text);
  }

  static String sql(List<String> statements) {
    return "```sql\n%s;\n```\n".formatted(String.join(";\n", statements));
  }

  static String sql(String text) {
    return "```sql\n%s\n```\n".formatted(text.strip());
  }

  /** The first sentence of a text, on one line. */
  static String firstSentence(String text) {
    var line = text.strip().replaceAll("\\s+", " ");
    var end = SENTENCE_END.matcher(line);
    return end.find() ? line.substring(0, end.start() + 1) : line;
  }

  /** A table with a heading. */
  static final class Table {
    private final StringBuilder text = new StringBuilder();

    Table(String... columns) {
      row(columns);
      text.append("|---".repeat(columns.length)).append("|\n");
    }

    void row(String... cells) {
      for (var cell : cells) {
        text.append("| ").append(cell.replace("|", "\\|")).append(' ');
      }
      text.append("|\n");
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
