// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.learner.plan.Predicate.Column;
import dev.pgmend.learner.plan.Predicate.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PredicatesTest {
  private static Predicate one(String condition) {
    return Predicates.of(condition).getFirst();
  }

  @Test
  void parsesComparisonWithAParameter() {
    assertThat(one("(o.status = $1)"))
        .isEqualTo(new Predicate(new Column("o", "status"), "", Kind.EQUALITY, Optional.empty()));
    assertThat(one("(o.at >= ?::date)").kind()).isEqualTo(Kind.RANGE);
    assertThat(one("(o.name ~~ $1)").kind()).isEqualTo(Kind.OTHER);
    assertThat(one("(o.a = ANY ($1))").kind()).isEqualTo(Kind.EQUALITY);
    assertThat(one("(o.a <> ALL (?::integer[]))").kind()).isEqualTo(Kind.OTHER);
    assertThat(one("(o.a = ALL ($1))").kind()).isEqualTo(Kind.OTHER);
    assertThat(one("(o.a IS NULL)").kind()).isEqualTo(Kind.EQUALITY);
    assertThat(one("(o.a IS NOT NULL)").kind()).isEqualTo(Kind.OTHER);
  }

  @Test
  void splitsConjunctions() {
    assertThat(Predicates.of("((o.a = $1) AND (o.b > $2) AND ((o.c = 1) OR (o.d = 2)))"))
        .extracting(predicate -> predicate.column().name())
        .containsExactly("a", "b");
    assertThat(Predicates.conjuncts("((a.x = \"p AND (q\".y) AND (b.z = ?))"))
        .containsExactly("(a.x = \"p AND (q\".y)", "(b.z = ?)");
  }

  @Test
  void reportsACastBeforeTheComparison() {
    assertThat(one("((c.name)::text = ?::text)"))
        .isEqualTo(new Predicate(new Column("c", "name"), "text", Kind.EQUALITY, Optional.empty()));
    assertThat(one("((c.n)::numeric(?,?) > $1)").cast()).isEqualTo("numeric(?,?)");
  }

  @Test
  void parsesBothColumnsOfAJoinCondition() {
    assertThat(one("(l.orderkey = o.orderkey)").other()).hasValue(new Column("o", "orderkey"));
    assertThat(one("(l.q < (SubPlan 1))").other()).isEmpty();
    assertThat(one("(l.q = (InitPlan 1).col1)").other()).isEmpty();
  }

  @Test
  void unquotesNames() {
    assertThat(one("(\"My Table\".\"a\"\"b\" = $1)").column())
        .isEqualTo(new Column("My Table", "a\"b"));
  }

  @Test
  void ignoresExpressions() {
    assertThat(Predicates.of("(lower(o.name) = $1)")).isEmpty();
    assertThat(Predicates.of("((o.a + o.b) = $1)")).isEmpty();
    assertThat(Predicates.of("(NOT (hashed SubPlan 1))")).isEmpty();
    assertThat(Predicates.of("")).isEmpty();
  }

  @Test
  void parsesSortKeysUpToTheFirstExpression() {
    assertThat(Predicates.columns(List.of("o.at DESC NULLS LAST", "o.id", "(o.a + 1)", "o.b")))
        .containsExactly(new Column("o", "at"), new Column("o", "id"));
  }
}
