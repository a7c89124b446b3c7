// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class SlotRetentionTest {
  private final Look look = Look.with(new SlotRetention());

  @EachPostgres
  void aSlotThatNobodyReadsIsFoundOnceItKeepsMuch(TestDatabase database) throws SQLException {
    var slot = database.name();
    database.execute("SELECT pg_create_physical_replication_slot('%s', true)".formatted(slot));
    try {
      database.execute(
          "CREATE TABLE t AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 3000)");
      assertThat(look.at(database)).isEmpty();

      assertThat(look.setting("minInactiveRetained", "1Mi").at(database))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.target()).isEqualTo(Target.object("slot", slot));
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.evidenceLong("retainedBytes")).isGreaterThan(3_000_000);
            assertThat(finding.evidence())
                .containsEntry("active", "false")
                .containsEntry("maxSlotWalKeepSize", "-1");
            assertThat(finding.summary()).contains(slot, "inactive");
            assertThat(Repairs.planFor(finding)).isEmpty();
          });
    } finally {
      database.execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    }
  }

  @EachPostgres
  void aSlotThatKeepsNothingIsNotFound(TestDatabase database) throws SQLException {
    var slot = database.name();
    database.execute("SELECT pg_create_physical_replication_slot('%s')".formatted(slot));
    try {
      assertThat(look.setting("minInactiveRetained", "1").at(database)).isEmpty();
    } finally {
      database.execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    }
  }
}
