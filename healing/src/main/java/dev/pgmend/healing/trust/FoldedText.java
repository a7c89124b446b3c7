// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.trust;

import java.util.Locale;

/**
 * A statement's text, asked whether a name may occur in it. The server folds case by the locale of
 * the database, cuts long names off, and lets identifiers be spelled by code points; so the answer
 * errs on the side of yes: a name occurs if its letters do, whatever their case and whatever is
 * around them.
 */
final class FoldedText {
  private final String folded;

  FoldedText(String text) {
    folded = fold(text);
  }

  /** Whether identifiers may be spelled by code points, as {@code U&"d\0061t"} is. */
  boolean hidesNames() {
    return folded.contains("u&\"");
  }

  boolean mayName(String name) {
    var wanted = fold(name);
    // In a quoted name a quote stands twice.
    return folded.contains(wanted) || folded.contains(wanted.replace("\"", "\"\""));
  }

  private static String fold(String text) {
    return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}
