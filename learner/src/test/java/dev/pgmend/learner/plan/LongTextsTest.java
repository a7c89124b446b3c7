// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.postgres.Literals;
import org.junit.jupiter.api.Test;

/** Texts of any length are read: nothing needs a stack as deep as they are long. */
class LongTextsTest {
  private static final int LENGTH = 300_000;

  @Test
  void masksLongLiterals() {
    for (var literal :
        new String[] {
          "'%s'".formatted("it''s ".repeat(LENGTH)),
          "E'%s'".formatted("\\' ''".repeat(LENGTH)),
          "$tag$%s$tag$".formatted("x'".repeat(LENGTH)),
          "1".repeat(LENGTH)
        }) {
      assertThat(Literals.mask("SELECT a = " + literal).equals("SELECT a = ?"))
          .as(literal.substring(0, 10))
          .isTrue();
    }
  }

  @Test
  void keepsLongNames() {
    var name = "\"" + "x\"\"".repeat(LENGTH) + "\"";

    assertThat(Literals.mask("SELECT " + name).equals("SELECT " + name)).isTrue();
    assertThat(Predicates.of("(t." + name + " = 1)")).hasSize(1);
  }

  @Test
  void readsConditionsThatAreNestedDeeply() {
    var condition = "(".repeat(5_000) + "t.a = 1" + ")".repeat(5_000);

    assertThat(Predicates.of(condition)).hasSize(1);
    assertThat(Predicates.conjuncts("(t.a = 1) AND (" + condition + ")")).hasSize(2);
  }
}
