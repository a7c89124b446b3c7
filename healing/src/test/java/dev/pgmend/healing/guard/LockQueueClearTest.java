// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class LockQueueClearTest {
  private final LockQueueClear guard = new LockQueueClear();

  @EachPostgres
  void aTableThatNobodyWaitsForIsFree(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    try (var _ = database.begin("LOCK TABLE orders")) {
      assertThat(before(database, "orders")).isEqualTo(Answer.PASS);
    }
  }

  @EachPostgres
  void weDoNotJoinAQueue(TestDatabase database) throws SQLException {
    for (var table : Names.NASTY) {
      Faults.table(database, table);
      var quoted = "\"" + table.replace("\"", "\"\"") + "\"";
      try (var holder = database.begin("LOCK TABLE %s IN SHARE MODE".formatted(quoted))) {
        var waiter = database.inBackground("ALTER TABLE %s ADD more int".formatted(quoted));
        awaitWaiter(database);

        assertThat(hold(before(database, table)).why()).contains("already waits for a lock");
        assertThat(before(database, "another")).isEqualTo(Answer.PASS);

        holder.commit();
        waiter.join();
      }
      assertThat(before(database, table)).isEqualTo(Answer.PASS);
    }
  }

  @EachPostgres
  void whoWaitsBehindUsIsGivenWay(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    try (var repair = database.begin("LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE");
        var bystander = database.begin("SELECT 1")) {
      assertThat(during(database, repair.backendPid())).isEqualTo(Answer.PASS);

      var waiter = database.inBackground("ALTER TABLE orders ADD more int");
      awaitWaiter(database);

      assertThat(hold(during(database, repair.backendPid())).why())
          .contains("waits for a lock that the repair holds");
      assertThat(during(database, bystander.backendPid())).isEqualTo(Answer.PASS);

      repair.commit();
      waiter.join();
    }
  }

  @EachPostgres
  void whoHidesWhatItIsIsGivenWayToo(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    var unprivileged = database.serverAs(database.createRole());
    try (var repair = database.begin("LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE")) {
      var waiter = database.inBackground("ALTER TABLE orders ADD more int");
      awaitWaiter(database);

      var plan = GuardFixture.analyze(database, "orders");
      assertThat(GuardFixture.ask(unprivileged, plan, repair.backendPid(), PATIENT, guard::during))
          .isInstanceOf(Answer.Hold.class);

      repair.commit();
      waiter.join();
    }
  }

  @EachPostgres
  void aPlanForManyIndexesGivesWay(TestDatabase database) throws SQLException {
    var plan = GuardFixture.rebuildAll(database);

    assertThat(guard.concerns(plan)).isTrue();
    assertThat(new ReplicaLagBelow().concerns(plan)).isTrue();
    assertThat(GuardFixture.ask(database.server(), plan, 0, PATIENT, guard::before))
        .isEqualTo(Answer.PASS);
  }

  private Answer before(TestDatabase database, String table) throws SQLException {
    var plan = GuardFixture.analyze(database, table);
    return GuardFixture.ask(database.server(), plan, 0, PATIENT, guard::before);
  }

  private Answer during(TestDatabase database, int backendPid) throws SQLException {
    var plan = GuardFixture.analyze(database, "orders");
    return GuardFixture.ask(database.server(), plan, backendPid, PATIENT, guard::during);
  }

  private static void awaitWaiter(TestDatabase database) {
    await()
        .until(() ->
            database.isTrue(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database()))"));
  }
}
