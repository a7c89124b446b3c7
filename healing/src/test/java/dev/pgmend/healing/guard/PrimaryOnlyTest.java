// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.repair.Analyze;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrimaryOnlyTest {
  @EachPostgres
  void aPrimaryMayBeRepaired(TestDatabase database) throws SQLException {
    var plan = GuardFixture.analyze(database, "orders");

    assertThat(GuardFixture.ask(database.server(), plan, 0, PATIENT, new PrimaryOnly()::before))
        .isEqualTo(Answer.PASS);
  }

  @Test
  void aStandbyMayNot() throws SQLException {
    var standby = TestServers.standby().spec();
    var plan =
        Repairs.planFor(
                new Finding(
                        "StaleStatistics",
                        Severity.INFO,
                        Target.table("postgres", "public", "orders"),
                        "",
                        Map.of())
                    .fixedBy(Analyze.TYPE))
            .orElseThrow();

    var answer = GuardFixture.ask(new Server(standby), plan, 0, PATIENT, new PrimaryOnly()::before);

    assertThat(hold(answer).why()).contains(standby + " is a standby");
  }
}
