// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalDouble;

class LoadBelowTest {
  private static final String BUSY = "SELECT count(*) FROM generate_series(1, 20000000)";

  private final LoadBelow guard = new LoadBelow();

  @EachPostgres
  void aBusyServerIsLeftAlone(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    var busy = database.inBackground(BUSY);
    await()
        .until(() ->
            database.isTrue(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
                    + " WHERE state = 'active' AND query LIKE '%20000000%' AND pid <> pg_backend_pid())"));

    assertThat(hold(before(database.server(), database, perCore(0.5, 1))).why())
        .contains("active on 1.0 cores; budget.maxActiveSessionsPerCore is 0.5");
    assertThat(before(database.server(), database, perCore(0.5, 1_000))).isEqualTo(Answer.PASS);
    assertThat(before(database.server(), database, PATIENT)).isEqualTo(Answer.PASS);
    busy.join();
  }

  @EachPostgres
  void whoMayNotSeeTheSessionsIsToldTheRight(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    var role = database.createRole();

    assertThat(hold(before(database.serverAs(role), database, perCore(100, 1))).why())
        .contains("GRANT pg_read_all_stats TO " + role);
  }

  @EachPostgres
  void whatTakesLoadAwayIsNotHeld(TestDatabase database) {
    assertThat(guard.concerns(GuardFixture.terminate())).isFalse();
    assertThat(guard.concerns(GuardFixture.analyze(database, "orders"))).isTrue();
  }

  private Answer before(Server server, TestDatabase database, Limits limits) throws SQLException {
    var plan = GuardFixture.analyze(database, "orders");
    return GuardFixture.ask(server, plan, 0, limits, guard::before);
  }

  private static Limits perCore(double most, double cores) {
    return new Limits(
        PATIENT.minFreeDiskPercent(),
        PATIENT.diskCapacityBytes(),
        PATIENT.maxTransactionAge(),
        PATIENT.maxReplicaLag(),
        OptionalDouble.of(most),
        OptionalDouble.of(cores),
        Optional.empty(),
        Optional::empty);
  }
}
