// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiteralsTest {
  @Test
  void masksLiteralsAndKeepsNames() {
    assertMasked("ALTER ROLE bob PASSWORD 'hunter2'", "ALTER ROLE bob PASSWORD ?");
    assertMasked("SELECT 'it''s', E'a\\'b', $$x$$, $t$y$t$, 1.5e3", "SELECT ?, ?, ?, ?, ?");
    assertMasked("SELECT t1.c2, \"a'b\", $1", "SELECT t1.c2, \"a'b\", $1");
  }

  @Test
  void dropsComments() {
    assertMasked("/* don't */ SELECT 'secret'", "SELECT ?");
    assertMasked("SELECT 1 -- it's\n, 'secret'", "SELECT ?  \n, ?");
    assertMasked("SELECT a /* password 'x'", "SELECT a");
  }

  @Test
  void masksWhatIsCutOff() {
    assertMasked("SELECT 'a secr", "SELECT ?");
    assertMasked("SELECT E'a secr\\", "SELECT E?");
    assertMasked("SELECT $body$ a secr", "SELECT ?");
  }

  private static void assertMasked(String sql, String masked) {
    assertThat(Literals.mask(sql).strip()).isEqualTo(masked);
  }
}
