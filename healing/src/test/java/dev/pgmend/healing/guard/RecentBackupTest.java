// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class RecentBackupTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final RecentBackup guard = new RecentBackup();

  @EachPostgres
  void whatCanNotBeTakenBackWaitsForABackup(TestDatabase database) throws SQLException {
    var old = Optional.of(Instant.now().minus(Duration.ofHours(30)));
    var fresh = Optional.of(Instant.now().minus(Duration.ofHours(2)));

    assertThat(hold(before(database, backups(DAY, old))).why())
        .contains("the last backup is 30.0 h old; budget.maxBackupAge is 24.0 h");
    assertThat(hold(before(database, backups(DAY, Optional.empty()))).why())
        .contains("is unknown", "pgmend.dev/last-backup");
    assertThat(before(database, backups(DAY, fresh))).isEqualTo(Answer.PASS);
    assertThat(before(database, PATIENT)).as("no policy asks").isEqualTo(Answer.PASS);
  }

  @EachPostgres
  void whatReplacesNothingNeedsNone(TestDatabase database) {
    assertThat(guard.concerns(rebuild(database))).isTrue();
    assertThat(guard.concerns(GuardFixture.analyze(database, "orders"))).isFalse();
    assertThat(guard.concerns(GuardFixture.terminate())).isFalse();
  }

  private static RepairPlan rebuild(TestDatabase database) {
    return GuardFixture.rebuild(database, "orders", "orders_pkey", 1);
  }

  private Answer before(TestDatabase database, Limits limits) throws SQLException {
    return GuardFixture.ask(database.server(), rebuild(database), 0, limits, guard::before);
  }

  private static Limits backups(Duration maxAge, Optional<Instant> last) {
    return new Limits(
        PATIENT.minFreeDiskPercent(),
        PATIENT.diskCapacityBytes(),
        PATIENT.maxTransactionAge(),
        PATIENT.maxReplicaLag(),
        PATIENT.maxActiveSessionsPerCore(),
        PATIENT.cores(),
        Optional.of(new Limits.Backups(maxAge, last)),
        Optional::empty);
  }
}
