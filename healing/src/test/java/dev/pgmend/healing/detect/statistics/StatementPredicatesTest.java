// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementPredicatesTest {
  private static final Set<String> COLUMNS = Set.of("a", "b", "c", "Mixed \"c\"");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM t WHERE a = $1 AND b = $2",
        "select x from T where B=$1 and A='it''s'",
        "SELECT * FROM s.t AS x WHERE x.a = $1 AND x.b = 7 ORDER BY a",
        "SELECT * FROM t x, u WHERE x.a = $1 AND (x.b = $2 OR u.c = $3)",
        "SELECT * FROM t WHERE s.t.a = $1 AND t.b = $2 AND lower(c) = $3",
        "SELECT * FROM t WHERE a IN ($1 /*, ... */) AND b = ANY ($2)",
        "SELECT * FROM t WHERE $1 = a AND b = $2::int AND c::text = $3 AND c > $4",
        "UPDATE t SET c = $1 WHERE a = $2 AND b = $3 RETURNING c",
        "DELETE FROM t WHERE a = $1 AND b = $2 -- AND c = $3",
        "SELECT * FROM u JOIN t ON t.a = $1 AND t.b = $2 AND t.c = u.c",
        "SELECT * FROM u WHERE u.x IN (SELECT x FROM t WHERE a = $1 AND b = $2) AND c = $3",
        "SELECT * FROM t WHERE a = $1 AND extract(year FROM d) = $2 AND b = $3",
        "SELECT * FROM t WHERE NOT a = $1 AND b = $2 AND $3 = c + $4 AND c - a = $5"
      })
  void columnsThatAreComparedWithConstantsTogether(String sql) {
    assertThat(StatementPredicates.of(sql).together("t", COLUMNS))
        .containsExactly(Set.of("a", "b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM t",
        "SELECT a = $1, b = $2 FROM t",
        "UPDATE t SET a = $1, b = $2",
        "SELECT * FROM t WHERE a = b",
        "SELECT * FROM t, u WHERE t.a = $1 AND u.b = $2",
        "SELECT * FROM t x JOIN t y ON x.c = y.c WHERE x.a = $1 AND y.b = $2",
        "SELECT * FROM t WHERE a = $1 UNION SELECT * FROM t WHERE b = $2",
        "SELECT * FROM t WHERE a = $1 AND x IN (SELECT x FROM u WHERE b = $2)",
        "SELECT * FROM t WHERE a = $1 GROUP BY 1 HAVING max(b) = $2",
        "SELECT * FROM t WHERE a = $1 AND c IN (SELECT 1) AND d = 'b = $2'",
        "INSERT INTO t VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1, b = $2",
        "this is ( not \" SQL ) at ' all $"
      })
  void columnsThatAreNot(String sql) {
    assertThat(StatementPredicates.of(sql).together("t", COLUMNS)).isEmpty();
  }

  @Test
  void quotedNamesAreTakenAsTheyAre() {
    var predicates =
        StatementPredicates.of(
            "SELECT * FROM \"Odd \"\"t\" WHERE \"Mixed \"\"c\"\"\" = $1 AND \"a\" = $2 AND \"B\" = $3");

    assertThat(predicates.names()).contains("Odd \"t");
    assertThat(predicates.together("Odd \"t", COLUMNS)).containsExactly(Set.of("a", "Mixed \"c\""));
  }

  @Test
  void aVeryLongTextIsRead() {
    var list =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "'" + i + "''s'")
            .collect(Collectors.joining(", "));
    var sql = "SELECT * FROM t WHERE a IN (%s) AND b = '%s'".formatted(list, "''".repeat(100_000));

    assertThat(StatementPredicates.of(sql).together("t", COLUMNS))
        .containsExactly(Set.of("a", "b"));
  }
}
