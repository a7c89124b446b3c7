// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionSpecTest {
  @Test
  void everyPartOfAUrlIsRead() {
    assertThat(
            ConnectionSpec.parse(
                "postgresql://me:secret@db.example:5433/shop?sslmode=require&targetServerType=primary"))
        .isEqualTo(
            new ConnectionSpec(
                "db.example",
                5433,
                "shop",
                "me",
                "secret",
                Map.of("sslmode", "require", "targetServerType", "primary")));
  }

  @ParameterizedTest
  @CsvSource({
    "postgres://me@h/d, h, 5432, d, me, ''",
    "jdbc:postgresql://h/d?user=me&password=p%26q, h, 5432, d, me, p&q",
    "postgresql://me@h, h, 5432, me, me, ''",
    "postgresql://me@h/, h, 5432, me, me, ''",
    "postgresql://me:a:b@h/d, h, 5432, d, me, a:b",
    "postgresql://me:p%40ss%2Fw+rd@h/d, h, 5432, d, me, p@ss/w+rd",
    "postgresql://m%20e@h/my%20d%C3%BC, h, 5432, my dü, m e, ''",
    "postgresql://me@[::1]:6543/d, ::1, 6543, d, me, ''"
  })
  void theFormsThatUrlsComeInAreUnderstood(
      String url, String host, int port, String database, String user, String password) {
    assertThat(ConnectionSpec.parse(url))
        .isEqualTo(new ConnectionSpec(host, port, database, user, password, Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "mysql://me:secret@h/d, begin with postgresql://",
    "me:secret@h/d, begin with postgresql://",
    "postgresql:secret, names no host",
    "postgresql://:secret@h/d, names no user",
    "postgresql://me:se%cret@h/d, not a URL",
    "postgresql://me:secret word@h/d, not a URL"
  })
  void aBadUrlIsExplainedWithoutItsPassword(String url, String why) {
    assertThatExceptionOfType(PostgresConnectionException.class)
        .isThrownBy(() -> ConnectionSpec.parse(url))
        .satisfies(e -> {
          assertThat(e.kind()).isEqualTo(PostgresConnectionException.Kind.BAD_URL);
          assertThat(e).hasMessageContaining(why).hasMessageNotContaining("secret");
        });
  }

  @Test
  void optionsThatWouldUndoOurSafetyAreLeftOut() {
    var url =
        "postgresql://me@h/d?options=-c%20lock_timeout%3D0&ApplicationName=x&readOnly=true"
            + "&preferQueryMode=simple&currentSchema=app&sslmode=require";

    assertThat(ConnectionSpec.parse(url).options()).isEqualTo(Map.of("sslmode", "require"));
  }

  @Test
  void thePasswordIsNotPrinted() {
    assertThat(ConnectionSpec.parse("postgresql://me:secret@h/d").withDatabase("other"))
        .hasToString("postgresql://me@h:5432/other");
  }
}
