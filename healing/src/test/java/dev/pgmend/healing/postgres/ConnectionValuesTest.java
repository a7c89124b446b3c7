// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionValuesTest {
  private static final String PASSWORD = "pst-nobody-may-see-this";
  private static final Map<String, String> COMPLETE =
      Map.of("host", "db", "user", "pgmend", "password", PASSWORD);

  @Test
  void aUriSaysItAll() {
    assertThat(
            read(Map.of("uri", "postgresql://pgmend:p%40ss@db.example:6432/shop?sslmode=require")))
        .isEqualTo(
            new ConnectionSpec(
                "db.example", 6432, "shop", "pgmend", "p@ss", Map.of("sslmode", "require")));
  }

  @Test
  void aUriIsStrongerThanThePartsBesideIt() {
    assertThat(read(Map.of("uri", "postgresql://a@one/x", "host", "two", "user", "b")).host())
        .isEqualTo("one");
  }

  @ParameterizedTest
  @CsvSource({"user, dbname", "username, dbname", "user, database", "username, database"})
  void thePartsAreReadInTheSpellingsOfTheCommonOperators(String user, String database) {
    assertThat(
            read(
                Map.of(
                    "host",
                    "db",
                    user,
                    "pgmend",
                    database,
                    "shop",
                    "port",
                    "6432",
                    "password",
                    PASSWORD)))
        .isEqualTo(new ConnectionSpec("db", 6432, "shop", "pgmend", PASSWORD, Map.of()));
  }

  @Test
  void aUrlIsAUriToo() {
    assertThat(read(Map.of("url", "postgres://pgmend:x@db/shop")).database()).isEqualTo("shop");
  }

  @Test
  void portDatabaseAndPasswordHaveDefaults() {
    assertThat(read(Map.of("host", "db", "user", "pgmend")))
        .isEqualTo(new ConnectionSpec("db", 5432, "postgres", "pgmend", "", Map.of()));
  }

  @Test
  void theSslModeIsHandedOn() {
    assertThat(read(and("sslmode", "verify-full")).options())
        .containsExactly(Map.entry("sslmode", "verify-full"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void aValueMayEndInTheLineBreakThatEchoLeaves(String end) {
    assertThat(
            read(
                Map.of(
                    "host", "db" + end,
                    "port", "6432" + end,
                    "dbname", "shop" + end,
                    "user", "pgmend" + end,
                    "password", PASSWORD + end,
                    "sslmode", "require" + end)))
        .isEqualTo(
            new ConnectionSpec(
                "db", 6432, "shop", "pgmend", PASSWORD, Map.of("sslmode", "require")));
    assertThat(read(Map.of("uri", "postgresql://pgmend@db/shop" + end)).database())
        .isEqualTo("shop");
  }

  @Test
  void otherWhiteSpaceBelongsToThePassword() {
    assertThat(read(and("password", " p\nq \n")).password()).isEqualTo(" p\nq ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "user"})
  void aKeyThatIsNotThereIsNamed(String missing) {
    var values =
        COMPLETE.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(missing))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    assertThat(refused(values))
        .hasMessage(
            "Secret shop has no key %s; it needs host, port, dbname, user and password, or uri"
                .formatted(missing))
        .extracting(PostgresConnectionException::kind)
        .isEqualTo(PostgresConnectionException.Kind.BAD_URL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "", "5432/tcp", "99999999999", "0", "-1", "65536"})
  void aPortThatIsNoneIsRefused(String port) {
    assertThat(refused(and("port", port)))
        .hasMessage("Secret shop: port is not a number from 1 to 65535");
  }

  static Stream<Map<String, String>> badValues() {
    return Stream.of(
        Map.of("host", "db", "password", PASSWORD),
        and("port", "five"),
        Map.of("uri", "mysql://pgmend:" + PASSWORD + "@db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + "%zz@db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + "#x@db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + "@x@db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + " @db/shop"),
        Map.of("uri", "postgresql://pgmend:" + PASSWORD + "@db:port/shop"),
        Map.of("uri", "postgresql://:" + PASSWORD + "@db/shop"),
        Map.of("uri", PASSWORD));
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void thePasswordStandsInNoMessageAndNoStackTrace(Map<String, String> values) {
    var trace = new StringWriter();

    refused(values).printStackTrace(new PrintWriter(trace, true));

    assertThat(trace.toString()).contains("Secret shop").doesNotContain(PASSWORD);
  }

  private static ConnectionSpec read(Map<String, String> values) {
    return ConnectionValues.read("Secret shop", values);
  }

  private static PostgresConnectionException refused(Map<String, String> values) {
    return catchThrowableOfType(PostgresConnectionException.class, () -> read(values));
  }

  private static Map<String, String> and(String key, String value) {
    return Stream.concat(
            COMPLETE.entrySet().stream().filter(entry -> !entry.getKey().equals(key)),
            Stream.of(Map.entry(key, value)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
