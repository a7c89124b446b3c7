// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.SetParameter;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;

class CheckpointPressureTest {
  private static final String WRITE =
      "CREATE TABLE t%d AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 40000)";

  private final Look look =
      Look.with(new CheckpointPressure()).setting("minWindow", "0s").setting("minRequested", "2");

  @EachPostgres
  void aLogThatIsTooSmallIsFoundAndEnlargedAndMadeSmallAgain(TestDatabase database)
      throws SQLException {
    database.execute(
        "ALTER SYSTEM SET min_wal_size = '32MB'",
        "ALTER SYSTEM SET max_wal_size = '40MB'",
        "SELECT pg_reload_conf()");
    try {
      await().until(() -> database.text("SHOW max_wal_size").equals("40MB"));
      assertThat(look.at(database)).isEmpty();

      for (int i = 0; i < 6; i++) {
        database.execute(WRITE.formatted(i));
      }
      await().until(() -> !look.at(database).isEmpty());

      var finding = look.at(database).getFirst();
      assertThat(finding.target()).isEqualTo(Target.parameter("max_wal_size"));
      assertThat(finding.evidence())
          .containsEntry("maxWalSizeBytes", Long.toString(40 * ByteSize.MB))
          .containsEntry(SetParameter.REPLACED, "40MB");
      // The load has ended, and its mean falls with every second.
      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(() ->
              assertThat(look.at(database))
                  .extracting(later -> later.evidence().get(SetParameter.VALUE))
                  .containsExactly(finding.evidence().get(SetParameter.VALUE)));
      var plan = Repairs.planFor(finding).orElseThrow();
      plan.statements().forEach(database::execute);
      var proposed = finding.evidence().get(SetParameter.VALUE);
      await()
          .until(() ->
              database.isTrue(
                  "SELECT pg_size_bytes(current_setting('max_wal_size')) = pg_size_bytes('%s')"
                      .formatted(proposed)));

      plan.undoStatements().forEach(database::execute);
      await().until(() -> database.text("SHOW max_wal_size").equals("40MB"));
    } finally {
      database.execute(
          "ALTER SYSTEM RESET min_wal_size",
          "ALTER SYSTEM RESET max_wal_size",
          "SELECT pg_reload_conf()");
      await().until(() -> !database.text("SHOW max_wal_size").equals("40MB"));
    }
  }

  @EachPostgres
  void checkpointsThatSomebodyAskedForAreNotFound(TestDatabase database) throws SQLException {
    look.at(database);
    database.execute("CHECKPOINT", "CHECKPOINT", "CHECKPOINT");

    assertThat(look.at(database)).isEmpty();
  }
}
