package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
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

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b"})
  void whatCanBeNoNameIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Identifiers.quote(name));
  }
}
