// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Address of a Postgres, and the role to connect as.
 *
 * @param options further pgjdbc connection properties, such as {@code sslmode}
 */
public record ConnectionSpec(
    String host,
    int port,
    String database,
    String user,
    String password,
    Map<String, String> options) {

  private static final int DEFAULT_PORT = 5432;

  /** Options that would undo what pgmend sets for safety, or that have a field of their own. */
  private static final Set<String> NOT_OPTIONS =
      Set.of(
          "user",
          "password",
          "applicationname",
          "options",
          "currentschema",
          "preferquerymode",
          "readonly");

  public ConnectionSpec {
    options = Map.copyOf(options);
  }

  /**
   * Reads {@code postgresql://user:password@host:port/database?sslmode=require}, also with the
   * scheme {@code postgres} and the prefix {@code jdbc:}.
   *
   * @throws PostgresConnectionException of kind {@link PostgresConnectionException.Kind#BAD_URL} if
   *     it is none of these
   */
  public static ConnectionSpec parse(String url) {
    var uri = toUri(url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url);
    if (uri.getScheme() == null || !Set.of("postgres", "postgresql").contains(uri.getScheme())) {
      throw badUrl("it does not begin with postgresql://");
    }
    if (uri.getHost() == null) {
      throw badUrl("it names no host");
    }
    var query = parameters(uri.getRawQuery());
    var userInfo = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
    var colon = userInfo.indexOf(':');
    var user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
    var password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
    if (user.isEmpty()) {
      user = query.getOrDefault("user", "");
    }
    if (user.isEmpty()) {
      throw badUrl("it names no user");
    }
    if (password.isEmpty()) {
      password = query.getOrDefault("password", "");
    }
    var path = uri.getPath() == null ? "" : uri.getPath();
    var database = path.length() > 1 ? path.substring(1) : user;
    query.keySet().removeIf(key -> NOT_OPTIONS.contains(key.toLowerCase(Locale.ROOT)));
    var port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return new ConnectionSpec(stripBrackets(uri.getHost()), port, database, user, password, query);
  }

  public ConnectionSpec withDatabase(String other) {
    return new ConnectionSpec(host, port, other, user, password, options);
  }

  /** For people and logs: without the password. */
  @Override
  public String toString() {
    return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
  }

  private static URI toUri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw badUrl("it is not a URL (at character " + e.getIndex() + ")");
    }
  }

  private static Map<String, String> parameters(@Nullable String query) {
    var parameters = new LinkedHashMap<String, String>();
    if (query == null) {
      return parameters;
    }
    for (var pair : query.split("&", -1)) {
      var equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    // URLDecoder is for forms, where + is a space; in a URL's user or password it is a plus.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String stripBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static PostgresConnectionException badUrl(String why) {
    // The URL itself is left out: it may hold a password.
    return new PostgresConnectionException(
        PostgresConnectionException.Kind.BAD_URL,
        "Not a Postgres URL: "
            + why
            + ". Write postgresql://user:password@host:5432/database; percent-encode special"
            + " characters in the password.");
  }
}
