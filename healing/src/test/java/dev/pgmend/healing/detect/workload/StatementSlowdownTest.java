// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class StatementSlowdownTest {
  private static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
  private static final Duration STEP = Duration.ofMinutes(5);

  private Look look = Look.with(new StatementSlowdown());
  private Instant now = MONDAY;

  @EachPostgres
  void whatTakesLongerThanUsualIsFound(TestDatabase database) throws SQLException {
    assertThat(use(database, 20, 0.002)).isEmpty();

    var finding = use(database, 4, 0.02).getFirst();

    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.summary()).contains("are usual; SELECT pg_sleep($1)");
    assertThat(Double.parseDouble(finding.evidence().get("factor"))).isGreaterThan(4);

    assertThat(use(database, 4, 0.002)).isEmpty();
  }

  @EachPostgres
  void whatIsUsualIsKnownAfterARestart(TestDatabase database) throws Exception {
    use(database, 20, 0.002);
    look = look.restarted();

    assertThat(use(database, 4, 0.02)).hasSize(1);
  }

  @EachPostgres
  void aSlowRiseIsATrend(TestDatabase database) throws SQLException {
    List<Finding> findings = List.of();
    for (int day = 0; day < 9; day++) {
      now = MONDAY.plus(Duration.ofDays(day));
      findings = use(database, 1, 0.01 * Math.pow(1.3, day));
    }

    assertThat(findings)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.INFO);
          assertThat(finding.summary()).contains("% slower every day for 7 days");
        });
  }

  @EachPostgres
  void withoutStatementsThereIsNothingToSay(TestDatabase database) throws SQLException {
    database.execute("DROP EXTENSION pg_stat_statements");

    assertThat(use(database, 2, 0.001)).isEmpty();
  }

  private List<Finding> use(TestDatabase database, int intervals, double seconds)
      throws SQLException {
    var findings = look.at(database, now);
    for (int interval = 0; interval < intervals; interval++) {
      for (int call = 0; call < 3; call++) {
        database.execute("SELECT pg_sleep(" + seconds + ")");
      }
      now = now.plus(STEP);
      findings = look.at(database, now);
    }
    return findings;
  }
}
