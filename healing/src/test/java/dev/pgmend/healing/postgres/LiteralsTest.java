package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiteralsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ALTER ROLE bob PASSWORD 'hunter2' | ALTER ROLE bob PASSWORD ?",
        "SELECT 'it''s' , E'a\\'b', $$x$$, $t$y$t$, 1.5e3, t1.c2, \"a'b\" | SELECT ? , ?, ?, ?, ?, t1.c2, \"a'b\"",
        "/* don't */ SELECT 'secret' | ` SELECT ?`",
        "SELECT 1 -- it's\n , 'secret' | ` SELECT ?  \n , ?`",
        "SELECT 'a cut-off secr | SELECT ?",
        "SELECT E'a cut-off \\ | SELECT ?",
        "SELECT $body$ a cut-off secr | SELECT ?",
        "/* a cut-off comment | ` `"
      })
  void masksLiteralsAndDropsComments(String sql, String masked) {
    assertThat(Literals.mask(sql.replace("\\n", "\n")).strip())
        .isEqualTo(masked.replace("\\n", "\n").strip());
  }
}
