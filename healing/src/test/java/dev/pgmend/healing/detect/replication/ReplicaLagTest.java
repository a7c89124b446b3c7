// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.StreamingStandby;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class ReplicaLagTest {
  private static final String MUCH_LOG =
      "CREATE TABLE much AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 5000)";

  private final Look look = Look.with(new ReplicaLag());

  @EachPostgres
  void aStandbyThatStandsStillIsFoundWithWhatItLacks(TestDatabase database) throws SQLException {
    try (var standby = StreamingStandby.of(database, "reader \"1\"")) {
      standby.standStill();
      database.execute(MUCH_LOG);

      await()
          .untilAsserted(() ->
              assertThat(look.setting("warnWalBehind", "4Mi").at(database))
                  .singleElement()
                  .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.target())
                        .isEqualTo(Target.object("standby", "reader \"1\""));
                    assertThat(Long.parseLong(finding.evidence().get("lagBytes")))
                        .isGreaterThan(4_000_000);
                    assertThat(Repairs.planFor(finding)).isEmpty();
                  }));
      assertThat(
              look.setting("warnWalBehind", "4Mi").setting("criticalWalBehind", "4Mi").at(database))
          .singleElement()
          .extracting(Finding::severity)
          .isEqualTo(Severity.CRITICAL);
      assertThat(look.at(database)).isEmpty();
    }
  }

  @EachPostgres
  void oneThatKeepsUpIsNot(TestDatabase database) throws SQLException {
    try (var _ = StreamingStandby.of(database, "reader")) {
      database.execute(MUCH_LOG);
      await()
          .untilAsserted(
              () -> assertThat(look.setting("warnWalBehind", "4Mi").at(database)).isEmpty());
    }
  }

  @EachPostgres
  void withoutStandbysThereIsNothingToFind(TestDatabase database) throws SQLException {
    assertThat(look.at(database)).isEmpty();
  }
}
