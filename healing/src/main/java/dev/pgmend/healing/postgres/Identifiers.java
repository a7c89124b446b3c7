// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The one place where names and literals become SQL text. */
public final class Identifiers {
  /** Postgres cuts longer names (NAMEDATALEN - 1), in bytes. */
  public static final int MAX_BYTES = 63;

  /** Settings that the server quotes name by name (GUC_LIST_QUOTE), as pg_dump knows them. */
  private static final Set<String> LISTS_OF_NAMES =
      Set.of(
          "local_preload_libraries",
          "search_path",
          "session_preload_libraries",
          "shared_preload_libraries",
          "temp_tablespaces",
          "unix_socket_directories");

  private static final Pattern NAME_IN_LIST =
      Pattern.compile("\\s*(?:\"((?:[^\"]++|\"\")*+)\"|([^,\"\\s][^,]*?))\\s*(?:,|$)");

  private Identifiers() {}

  /**
   * Always quotes, also where it is not needed: a reserved word of a later version stays a name.
   *
   * @throws IllegalArgumentException if the name is empty or holds a NUL, which no identifier can
   */
  public static String quote(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("Not a Postgres identifier: '" + name + "'");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** {@code "schema"."name"}. */
  public static String quote(String schema, String name) {
    return quote(schema) + "." + quote(name);
  }

  /** An extension's setting is two names with a dot between; each is quoted separately. */
  public static String quoteSetting(String name) {
    var dot = name.indexOf('.');
    return dot < 0 ? quote(name) : quote(name.substring(0, dot), name.substring(dot + 1));
  }

  /**
   * {@code 'text'}, whatever {@code standard_conforming_strings} says.
   *
   * @throws IllegalArgumentException if the text holds a NUL, which no value can
   */
  public static String literal(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("Not a Postgres text: it holds a NUL");
    }
    var quoted = "'" + text.replace("'", "''") + "'";
    return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
  }

  /**
   * The value of a setting as SET takes it. Of a list of names each is one literal: the whole list
   * in one would be taken for one name, and the server would look for a library of that name.
   */
  public static String settingValue(String setting, String value) {
    return LISTS_OF_NAMES.contains(setting.toLowerCase(Locale.ROOT)) && !value.isBlank()
        ? NAME_IN_LIST
            .matcher(value)
            .results()
            .map(name -> name.group(1) == null ? name.group(2) : unquoted(name.group(1)))
            .map(Identifiers::literal)
            .collect(Collectors.joining(", "))
        : literal(value);
  }

  private static String unquoted(String name) {
    return name.replace("\"\"", "\"");
  }

  /** {@code "a", "b"}. */
  public static String quoteAll(Collection<String> names) {
    return names.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
  }
}
