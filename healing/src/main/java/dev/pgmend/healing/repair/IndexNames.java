// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A list of indexes as it stands in evidence: {@code "schema"."index", "schema"."index"}. */
public final class IndexNames {
  private static final String QUOTED = "\"((?:[^\"]++|\"\")++)\"";
  private static final Pattern NAME = Pattern.compile(QUOTED + "\\." + QUOTED);

  private IndexNames() {}

  /** An index by its schema and name, as in the catalog. */
  public record IndexName(String schema, String index) {}

  public static String write(List<IndexName> names) {
    return names.stream()
        .map(name -> Identifiers.quote(name.schema, name.index))
        .collect(Collectors.joining(", "));
  }

  /** The inverse of {@link #write}. */
  public static List<IndexName> read(String text) {
    return NAME.matcher(text)
        .results()
        .map(match -> new IndexName(unquoted(match.group(1)), unquoted(match.group(2))))
        .toList();
  }

  private static String unquoted(String name) {
    return name.replace("\"\"", "\"");
  }
}
