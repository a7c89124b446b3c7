// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import static dev.pgmend.healing.guard.GuardFixture.PATIENT;
import static dev.pgmend.healing.guard.GuardFixture.hold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;

class ConnectionsFreeTest {
  private static final String FREE =
      """
      SELECT current_setting('max_connections')::int
               - current_setting('superuser_reserved_connections')::int
               - coalesce(current_setting('reserved_connections', true)::int, 0)
               - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
      """;

  private final ConnectionsFree guard = new ConnectionsFree();

  @EachPostgres
  void theLastConnectionsAreLeftToTheApplication(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    assertThat(before(database)).isEqualTo(Answer.PASS);

    var role = database.createRole();
    var open = new ArrayList<Connection>();
    try {
      // Some come and go beside this test.
      for (var left = database.number(FREE) - 2; left > 0; left--) {
        open.add(database.connectAs(role));
      }
      assertThat(hold(before(database)).why()).contains("connections are in use");
    } finally {
      for (var connection : open) {
        connection.close();
      }
    }
  }

  @EachPostgres
  void whatMakesRoomIsNotHeld(TestDatabase database) {
    assertThat(guard.concerns(GuardFixture.terminate())).isFalse();
    assertThat(guard.concerns(GuardFixture.analyze(database, "orders"))).isTrue();
  }

  private Answer before(TestDatabase database) throws SQLException {
    var plan = GuardFixture.analyze(database, "orders");
    return GuardFixture.ask(database.server(), plan, 0, PATIENT, guard::before);
  }
}
