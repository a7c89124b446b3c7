// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import java.util.List;

/** Names that Postgres takes and careless code does not. */
public final class Names {
  public static final String LONGEST = "l" + "o".repeat(61) + "g";

  public static final List<String> NASTY =
      List.of(
          "say \"hi\"",
          "select",
          "Mixed Case",
          "Übergrößenträger",
          "日本語の表",
          "it's; drop table x --",
          "back\\slash %s {0} ? ${x}",
          "$$ /* */",
          LONGEST);

  private Names() {}

  /** A name as nasty as the table's, and not the same. */
  public static String ofIndex(String table) {
    return "x" + table.substring(table.offsetByCodePoints(0, 1));
  }
}
