// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

class OwnerNotBusyTest {
  private final OwnerNotBusy guard = new OwnerNotBusy();

  @EachPostgres
  void aRepairIsHeldAndCalledOffWhileTheOwnerIsBusy(TestDatabase database) throws SQLException {
    var busy = new AtomicReference<>(Optional.<String>empty());
    var limits =
        new Limits(
            PATIENT.minFreeDiskPercent(),
            PATIENT.diskCapacityBytes(),
            PATIENT.maxTransactionAge(),
            PATIENT.maxReplicaLag(),
            PATIENT.maxActiveSessionsPerCore(),
            PATIENT.cores(),
            PATIENT.backups(),
            busy::get);
    assertThat(before(database, limits)).isEqualTo(Answer.PASS);
    assertThat(during(database, limits)).isEqualTo(Answer.PASS);

    busy.set(Optional.of("a switchover"));
    assertThat(hold(before(database, limits)).why()).contains("busy: a switchover");
    assertThat(hold(during(database, limits)).why()).contains("busy: a switchover");

    assertThat(before(database, PATIENT)).as("nobody tells").isEqualTo(Answer.PASS);
  }

  private Answer before(TestDatabase database, Limits limits) throws SQLException {
    var plan = GuardFixture.analyze(database, "orders");
    return GuardFixture.ask(database.server(), plan, 0, limits, guard::before);
  }

  private Answer during(TestDatabase database, Limits limits) throws SQLException {
    var plan = GuardFixture.analyze(database, "orders");
    return GuardFixture.ask(database.server(), plan, 0, limits, guard::during);
  }
}
