// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportedVersionTest {
  private final SupportedVersion guard = new SupportedVersion();

  @EachPostgres
  void theServersUnderTestMayBuild(TestDatabase database) throws SQLException {
    var plan = GuardFixture.rebuild(database, "orders", "orders_id", 0);

    assertThat(GuardFixture.ask(database.server(), plan, 0, PATIENT, guard::before))
        .isEqualTo(Answer.PASS);
  }

  @ParameterizedTest
  @CsvSource({"130020, false", "140000, true", "140003, true", "140004, false", "150000, false"})
  void onlyTheVersionsThatCorruptIndexesAreHeld(int version, boolean held) throws SQLException {
    try (var database = TestServers.newest().createDatabase();
        var session = database.session(Purpose.WATCH)) {
      var facts = new ServerFacts(version, "14.x", false, true, "", Map.of());
      var plan = GuardFixture.rebuild(database, "orders", "orders_id", 0);

      var answer = guard.before(new GuardContext(session, facts, plan, 0, PATIENT));

      assertThat(answer instanceof Answer.Hold).isEqualTo(held);
    }
  }

  @EachPostgres
  void aRepairThatBuildsNoIndexIsNotConcerned(TestDatabase database) {
    assertThat(guard.concerns(GuardFixture.analyze(database, "orders"))).isFalse();
    assertThat(guard.concerns(GuardFixture.rebuild(database, "orders", "i", 0))).isTrue();
  }
}
