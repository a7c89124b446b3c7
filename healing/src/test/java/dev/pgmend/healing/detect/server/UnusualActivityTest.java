// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

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

class UnusualActivityTest {
  private static final Duration STEP = Duration.ofMinutes(1);

  private final Look look = Look.with(new UnusualActivity()).setting("maxWindow", "180s");
  private Instant now = Instant.parse("2026-01-05T00:00:00Z");

  @EachPostgres
  void aFloodOfWritesIsNoted(TestDatabase database) throws SQLException {
    database.execute("CREATE TABLE flood (note text)");
    look.at(database, now);
    assertThat(write(database, 20, 10))
        .extracting(UnusualActivityTest::what)
        .doesNotContain("metric bytes of WAL per second");

    assertThat(write(database, 4, 200_000))
        .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO))
        .extracting(UnusualActivityTest::what)
        .contains("metric bytes of WAL per second");
  }

  private static String what(Finding finding) {
    return finding.target().toString();
  }

  private List<Finding> write(TestDatabase database, int intervals, int rows) throws SQLException {
    List<Finding> findings = List.of();
    for (int interval = 0; interval < intervals; interval++) {
      database.execute(
          "INSERT INTO flood SELECT repeat('x', 100) FROM generate_series(1, %d)".formatted(rows));
      now = now.plus(STEP);
      findings = look.at(database, now);
    }
    return findings;
  }
}
