// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The values by which a Secret says how to reach a Postgres: either {@code uri}, or {@code host},
 * {@code port}, {@code dbname}, {@code user} and {@code password}, in the spellings that the common
 * operators use.
 */
public final class ConnectionValues {
  private static final int LAST_PORT = 65_535;

  private final String source;
  private final Map<String, String> values;

  private ConnectionValues(String source, Map<String, String> values) {
    this.source = source;
    this.values = values;
  }

  /**
   * Reads them. A line break at the end of a value is no part of it: {@code echo} leaves one.
   *
   * @param source where the values stand, for messages, such as {@code Secret shop}
   * @throws PostgresConnectionException of kind {@link PostgresConnectionException.Kind#BAD_URL} if
   *     one is missing or can't be read; the message holds no value
   */
  public static ConnectionSpec read(String source, Map<String, String> values) {
    return new ConnectionValues(source, values).read();
  }

  /**
   * Reads which standbys there are: the key {@code standbys} lists them as {@code host[:port]},
   * separated by commas. Everything else is as for the primary.
   *
   * @param source where the values stand, for messages, such as {@code Secret shop}
   * @throws PostgresConnectionException of kind {@link PostgresConnectionException.Kind#BAD_URL} if
   *     one can't be read
   */
  public static List<ConnectionSpec> readStandbys(
      String source, Map<String, String> values, ConnectionSpec primary) {
    var read = new ConnectionValues(source, values);
    return Arrays.stream(read.first("standbys").orElse("").split(",", -1))
        .map(String::strip)
        .filter(standby -> !standby.isEmpty())
        .map(standby -> read.standby(standby, primary))
        .toList();
  }

  private ConnectionSpec standby(String text, ConnectionSpec primary) {
    try {
      var uri = new URI("postgresql://" + text);
      var host = uri.getHost();
      if (host != null) {
        return new ConnectionSpec(
            host.replaceAll("[\\[\\]]", ""),
            uri.getPort() < 0 ? 5432 : uri.getPort(),
            primary.database(),
            primary.user(),
            primary.password(),
            primary.options());
      }
    } catch (URISyntaxException _) {
      // Reported below, as for a text without a host.
    }
    throw bad(": standbys must be host[:port], separated by commas, but one is '" + text + "'");
  }

  private ConnectionSpec read() {
    var uri = first("uri", "url");
    if (uri.isPresent()) {
      try {
        return ConnectionSpec.parse(uri.get());
      } catch (PostgresConnectionException e) {
        throw bad(": " + e.getMessage());
      }
    }
    var options = new HashMap<String, String>();
    first("sslmode").ifPresent(mode -> options.put("sslmode", mode));
    return new ConnectionSpec(
        required("host"),
        port(first("port").orElse("5432")),
        first("dbname", "database").orElse("postgres"),
        required("user", "username"),
        first("password").orElse(""),
        options);
  }

  private int port(String text) {
    try {
      var port = Integer.parseInt(text.strip());
      if (port >= 1 && port <= LAST_PORT) {
        return port;
      }
    } catch (NumberFormatException _) {
      // Reported below, as for a number that is out of range.
    }
    throw bad(": port is not a number from 1 to " + LAST_PORT);
  }

  private String required(String... keys) {
    return first(keys)
        .orElseThrow(() ->
            bad(
                " has no key %s; it needs host, port, dbname, user and password, or uri"
                    .formatted(keys[0])));
  }

  private Optional<String> first(String... keys) {
    return Stream.of(keys)
        .flatMap(key -> Stream.ofNullable(values.get(key)))
        .findFirst()
        .map(ConnectionValues::withoutLineBreak);
  }

  private static String withoutLineBreak(String value) {
    return value.replaceFirst("\\R\\z", "");
  }

  private PostgresConnectionException bad(String what) {
    return new PostgresConnectionException(PostgresConnectionException.Kind.BAD_URL, source + what);
  }
}
