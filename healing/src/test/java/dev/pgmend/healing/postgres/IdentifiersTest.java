// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {
  @EachPostgres
  void everyNameComesBackAsItWas(TestDatabase database) {
    for (var name : Names.NASTY) {
      database.execute("CREATE TABLE " + Identifiers.quote("public", name) + " (id int)");
    }

    assertThat(database.texts("SELECT relname FROM pg_class WHERE relkind = 'r'"))
        .containsAll(Names.NASTY);
  }

  @Test
  void namesAreQuotedAlsoWhereTheyNeedNotBe() {
    assertThat(Identifiers.quote("s", "t")).isEqualTo("\"s\".\"t\"");
    assertThat(Identifiers.quoteAll(List.of("a", "B\"c"))).isEqualTo("\"a\", \"B\"\"c\"");
  }

  @EachPostgres
  void aListOfNamesIsSetNameByName(TestDatabase database) throws SQLException {
    var path = "\"$user\", public, \"odd, \"\"name\"\"\"";
    database.execute(
        "ALTER DATABASE %s SET search_path = %s"
            .formatted(
                Identifiers.quote(database.name()), Identifiers.settingValue("search_path", path)));

    try (var connection = database.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW search_path")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo(path);
    }
    assertThat(Identifiers.settingValue("session_preload_libraries", "auto_explain, pg_hint_plan"))
        .isEqualTo("'auto_explain', 'pg_hint_plan'");
    assertThat(Identifiers.settingValue("session_preload_libraries", "")).isEqualTo("''");
    assertThat(Identifiers.settingValue("datestyle", "ISO, MDY")).isEqualTo("'ISO, MDY'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b"})
  void whatCanBeNoNameIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Identifiers.quote(name));
  }
}
