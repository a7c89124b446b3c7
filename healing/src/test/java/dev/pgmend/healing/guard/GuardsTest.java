// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class GuardsTest {
  @EachPostgres
  void nothingSpeaksAgainstARepairOfAQuietDatabase(TestDatabase database) throws SQLException {
    var plan = GuardFixture.rebuild(database, "orders", "orders_id", 1);

    assertThat(GuardFixture.ask(database.server(), plan, 0, PATIENT, Guards::before)).isEmpty();
    assertThat(GuardFixture.ask(database.server(), plan, 0, PATIENT, Guards::during)).isEmpty();
  }

  @EachPostgres
  void theGuardThatHoldsIsNamed(TestDatabase database) throws SQLException {
    var plan = GuardFixture.rebuild(database, "orders", "orders_id", 1);
    try (var _ = database.begin("SELECT txid_current()")) {
      assertThat(GuardFixture.ask(database.server(), plan, 0, STRICT, Guards::before))
          .map(Guards.Held::guard)
          .hasValue("NoLongTransaction");
    }
  }

  @EachPostgres
  void aGuardThatCannotTellHolds(TestDatabase database) throws SQLException {
    var plan = GuardFixture.rebuild(database, "orders", "orders_id", 1);
    try (var session = database.session(Purpose.WATCH)) {
      var context = GuardFixture.context(session, plan, 0, PATIENT);
      database.execute("SELECT pg_terminate_backend(%d)".formatted(session.backendPid()));

      assertThat(Guards.before(context))
          .map(Guards.Held::why)
          .hasValueSatisfying(
              why -> assertThat(why).startsWith("the guard could not be checked: "));
    }
  }
}
