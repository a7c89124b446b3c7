// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.Identifiers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Names that Postgres takes: of quotes, blanks, other scripts, words of SQL, up to 63 bytes. */
public final class StrangeNames {
  /** What code that builds SQL, patterns, formats, lists or paths trips over. */
  private static final List<String> PIECES =
      List.of(
          "\"",
          "\"\"",
          "'",
          "\\",
          "\\\\",
          " ",
          "\n",
          "\t",
          "%",
          "%s",
          "%1$s",
          "$",
          "$1",
          "$$",
          "?",
          "{}",
          "{0}",
          "${x}",
          "--",
          "/*",
          "*/",
          ";",
          ".",
          "..",
          ",",
          "=",
          "(",
          ")",
          "[",
          "]",
          "*",
          "|",
          "&",
          "<",
          ">",
          "_",
          "~",
          "^",
          "+",
          "#",
          "@",
          "!",
          ":",
          "::text",
          "a",
          "Z",
          "0",
          "id",
          "Mixed",
          "select",
          "table",
          "user",
          "order",
          "pg_temp",
          "pgmend",
          "_idx",
          "_pkey",
          // A letter and its accent apart; right to left, and the mark that turns the line round.
          "e\u0301",
          "é",
          "ß",
          "İ",
          "שלום",
          "مرحبا",
          "\u202e",
          "\u200d",
          "日本",
          "🐘",
          "\u00a0",
          "\uffff");

  private StrangeNames() {}

  /** So many, each another. */
  public static Arbitrary<List<String>> different(int count) {
    return one().list().ofSize(count).uniqueElements();
  }

  private static Arbitrary<String> one() {
    var joined = Arbitraries.of(PIECES).list().ofMinSize(1).ofMaxSize(6).map(StrangeNames::join);
    var longest = Arbitraries.of(PIECES).list().ofSize(70).map(StrangeNames::join);
    return Arbitraries.frequencyOf(Tuple.of(4, joined), Tuple.of(1, longest));
  }

  /** As much as a name holds, in whole pieces. */
  private static String join(List<String> pieces) {
    var name = new StringBuilder();
    for (var piece : pieces) {
      if (bytes(name + piece) <= Identifiers.MAX_BYTES) {
        name.append(piece);
      }
    }
    return name.toString();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
