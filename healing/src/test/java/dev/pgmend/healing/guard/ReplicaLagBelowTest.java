// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.StreamingStandby;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;

class ReplicaLagBelowTest {
  private static final String MUCH_LOG =
      "CREATE TABLE much AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 30000)";

  private final ReplicaLagBelow guard = new ReplicaLagBelow();

  @EachPostgres
  void withoutStandbysNothingIsAsked(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    assertThat(before(database.server(), database)).isEqualTo(Answer.PASS);
    assertThat(before(database.serverAs(database.createRole()), database)).isEqualTo(Answer.PASS);
  }

  @EachPostgres
  void aStandbyThatKeepsUpIsNoObstacleAndOneThatStandsStillIs(TestDatabase database)
      throws SQLException {
    Faults.table(database, "orders");
    try (var standby = StreamingStandby.of(database, "reader \"1\"")) {
      database.execute(MUCH_LOG);
      await()
          .untilAsserted(
              () -> assertThat(before(database.server(), database)).isEqualTo(Answer.PASS));

      standby.standStill();
      database.execute("DROP TABLE much", MUCH_LOG);
      await()
          .untilAsserted(() ->
              assertThat(hold(before(database.server(), database)).why())
                  .startsWith("standby reader \"1\" is ")
                  .contains("MB behind", "budget.maxReplicaLag is 0 s"));
      assertThat(hold(during(database)).why()).contains("reader");
    }
    await()
        .untilAsserted(
            () -> assertThat(before(database.server(), database)).isEqualTo(Answer.PASS));
  }

  @EachPostgres
  void whoMayNotSeeTheStandbysIsToldTheRight(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    var role = database.createRole();
    try (var _ = StreamingStandby.of(database, "reader")) {
      await()
          .untilAsserted(() ->
              assertThat(hold(before(database.serverAs(role), database)).why())
                  .contains("GRANT pg_read_all_stats TO " + role));
    }
  }

  @EachPostgres
  void whatTouchesNoRelationIsNotHeld(TestDatabase database) {
    assertThat(guard.concerns(GuardFixture.analyze(database, "orders"))).isTrue();
    assertThat(guard.concerns(GuardFixture.setting())).isFalse();
  }

  private Answer before(Server server, TestDatabase database) throws SQLException {
    var plan = GuardFixture.analyze(database, "orders");
    return GuardFixture.ask(server, plan, 0, noLag(), guard::before);
  }

  private Answer during(TestDatabase database) throws SQLException {
    var plan = GuardFixture.analyze(database, "orders");
    return GuardFixture.ask(database.server(), plan, 0, noLag(), guard::during);
  }

  /** A standby that tells a time tells more than none. */
  private static Limits noLag() {
    return new Limits(
        PATIENT.minFreeDiskPercent(),
        PATIENT.diskCapacityBytes(),
        PATIENT.maxTransactionAge(),
        Duration.ZERO);
  }
}
