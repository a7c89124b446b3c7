// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class PreparedTransactionTest {
  private final Look look = Look.with(new PreparedTransaction());

  @EachPostgres
  void oneThatNobodyEndedIsFoundAndLeftToItsOwner(TestDatabase database) throws SQLException {
    var gid = "it's \"" + database.name();
    database.execute("CREATE TABLE t (id int)");
    try (var _ =
        database.begin(
            "INSERT INTO t VALUES (1)",
            "PREPARE TRANSACTION '%s'".formatted(gid.replace("'", "''")))) {
      assertThat(look.at(database)).isEmpty();

      var found =
          look.setting("warnAge", "0s").at(database).stream()
              .filter(finding -> finding.target().equals(Target.object("prepared", gid)))
              .toList();

      assertThat(found)
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.evidence()).containsEntry("database", database.name());
            assertThat(Repairs.planFor(finding)).isEmpty();
          });
    }
  }
}
