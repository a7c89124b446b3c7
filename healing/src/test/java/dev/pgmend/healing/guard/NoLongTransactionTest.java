// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.STRICT;
import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;

class NoLongTransactionTest {
  private final NoLongTransaction guard = new NoLongTransaction();

  @EachPostgres
  void nobodyIsWaitedFor(TestDatabase database) throws SQLException {
    assertThat(ask(database, STRICT)).isEqualTo(Answer.PASS);
  }

  @EachPostgres
  void aWriterThatIsOpenTooLongHolds(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    try (var writer = database.begin("INSERT INTO orders VALUES (0)")) {
      assertThat(hold(ask(database, STRICT)).why())
          .contains(Integer.toString(writer.backendPid()), "a concurrent build would wait for it");
      assertThat(ask(database, PATIENT)).isEqualTo(Answer.PASS);
    }
    assertThat(ask(database, STRICT)).isEqualTo(Answer.PASS);
  }

  @EachPostgres
  void aReaderWithAnOldSnapshotHolds(TestDatabase database) throws SQLException {
    try (var _ = database.begin("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 1")) {
      assertThat(ask(database, STRICT)).isInstanceOf(Answer.Hold.class);
    }
  }

  @EachPostgres
  void aReaderWithoutASnapshotThatHasTheTableLockedHolds(TestDatabase database)
      throws SQLException {
    Faults.table(database, "orders");
    try (var _ = database.begin("LOCK TABLE orders IN ACCESS SHARE MODE")) {
      assertThat(ask(database, STRICT)).isInstanceOf(Answer.Hold.class);
    }
  }

  @EachPostgres
  void anEmptyTransactionIsNoOnesConcern(TestDatabase database) throws SQLException {
    try (var _ = database.begin()) {
      assertThat(ask(database, STRICT)).isEqualTo(Answer.PASS);
    }
  }

  @EachPostgres
  void aPreparedTransactionHoldsAndIsNamed(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    var name = database.name() + "_two_phase";
    try (var _ =
        database.begin("INSERT INTO orders VALUES (0)", "PREPARE TRANSACTION '" + name + "'")) {
      assertThat(hold(ask(database, STRICT)).why()).contains(name, "prepared transaction");
    }
  }

  @EachPostgres
  void aTransactionInAnotherDatabaseIsNoOnesConcern(TestDatabase database) throws SQLException {
    try (var other = TestServers.newest().createDatabase();
        var _ = other.begin("SELECT txid_current()")) {
      assertThat(ask(database, STRICT)).isEqualTo(Answer.PASS);
    }
  }

  @EachPostgres
  void aRoleThatCannotSeeOthersIsToldWhatItNeeds(TestDatabase database) throws SQLException {
    var blind = database.createRole();
    var plan = GuardFixture.rebuild(database, "orders", "orders_id", 0);

    var answer = GuardFixture.ask(database.serverAs(blind), plan, 0, STRICT, guard::before);
    assertThat(hold(answer).why()).contains("GRANT pg_read_all_stats TO " + blind);

    var seeing = database.createRole("pg_read_all_stats");
    assertThat(GuardFixture.ask(database.serverAs(seeing), plan, 0, STRICT, guard::before))
        .isEqualTo(Answer.PASS);
  }

  @EachPostgres
  void onlyConcurrentStatementsAreConcerned(TestDatabase database) {
    assertThat(guard.concerns(GuardFixture.rebuild(database, "orders", "orders_id", 0))).isTrue();
    assertThat(guard.concerns(GuardFixture.analyze(database, "orders"))).isFalse();
  }

  private Answer ask(TestDatabase database, Limits limits) throws SQLException {
    var plan = GuardFixture.rebuild(database, "orders", "orders_id", 0);
    return GuardFixture.ask(database.server(), plan, 0, limits, guard::before);
  }
}
