// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.postgres.Disk;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;

class DiskHeadroomTest {
  private final DiskHeadroom guard = new DiskHeadroom();

  @EachPostgres
  void whatFitsWithRoomToSparePasses(TestDatabase database) throws SQLException {
    assertThat(ask(database, 10 * ByteSize.MB, 100 * ByteSize.GB, guard::before))
        .isEqualTo(Answer.PASS);
  }

  @EachPostgres
  void whatWouldEatIntoTheReserveHolds(TestDatabase database) throws SQLException {
    assertThat(hold(ask(database, 45 * ByteSize.GB, 100 * ByteSize.GB, guard::before)).why())
        .contains("the repair needs 90.0 GB and must leave 20.0 GB free");
  }

  @EachPostgres
  void whileItRunsOnlyTheReserveIsAskedFor(TestDatabase database) throws SQLException {
    assertThat(ask(database, 45 * ByteSize.GB, 100 * ByteSize.GB, guard::during))
        .isEqualTo(Answer.PASS);
    assertThat(ask(database, 1, ByteSize.MB, guard::during)).isInstanceOf(Answer.Hold.class);
  }

  @EachPostgres
  void aRepairThatBuildsNothingIsNotConcerned(TestDatabase database) {
    assertThat(guard.concerns(GuardFixture.analyze(database, "orders"))).isFalse();
    assertThat(guard.concerns(GuardFixture.rebuild(database, "orders", "i", 1))).isTrue();
  }

  @EachPostgres
  void aSettingThatLetsTheLogGrowIsConcerned(TestDatabase database) throws SQLException {
    var plan = GuardFixture.moreLog(90 * ByteSize.GB);
    var limits =
        new Limits(
            20, OptionalLong.of(100 * ByteSize.GB), Duration.ofMinutes(1), Duration.ofSeconds(30));

    assertThat(guard.concerns(plan)).isTrue();
    assertThat(hold(GuardFixture.ask(database.server(), plan, 0, limits, guard::before)).why())
        .contains("the repair needs 90.0 GB");
    assertThat(guard.concerns(GuardFixture.setting())).isFalse();
  }

  @EachPostgres
  void withoutAWayToTellItHoldsAndSaysWhatToSet(TestDatabase database) throws SQLException {
    // May not ask where the data lies, so that the directory can't be looked at.
    var server = database.serverAs(database.createRole());
    var plan = GuardFixture.rebuild(database, "orders", "orders_id", 1);
    var undeclared =
        new Limits(20, OptionalLong.empty(), Duration.ofMinutes(1), Duration.ofSeconds(30));

    assertThat(hold(GuardFixture.ask(server, plan, 0, undeclared, guard::before)).why())
        .contains("set the connection's diskCapacity");
  }

  @EachPostgres
  void ofADeclaredDiskTheDatabasesAndTheLogAreUsed(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      var disk = Disk.of(session, OptionalLong.of(100 * ByteSize.GB), "", "").getFirst();

      assertThat(disk.capacityBytes()).isEqualTo(100 * ByteSize.GB);
      assertThat(disk.freeBytes())
          .isLessThan(
              100 * ByteSize.GB - database.number("SELECT pg_database_size(current_database())"))
          .isGreaterThan(50 * ByteSize.GB);
      assertThat(Disk.of(session, OptionalLong.of(1), "", "").getFirst().freeBytes()).isZero();
    }
  }

  private static Answer ask(
      TestDatabase database,
      long indexBytes,
      long diskBytes,
      GuardFixture.Question<Answer> question)
      throws SQLException {
    var limits =
        new Limits(20, OptionalLong.of(diskBytes), Duration.ofMinutes(1), Duration.ofSeconds(30));
    var plan = GuardFixture.rebuild(database, "orders", "orders_id", indexBytes);
    return GuardFixture.ask(database.server(), plan, 0, limits, question);
  }
}
