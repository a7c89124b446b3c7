// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnfinishedChecksTest {
  private final Look look = Look.with(new CorruptIndex());

  @Test
  void anIndexThatBroughtTheServerDownIsNotReadAgainUntilItIsRebuilt() throws SQLException {
    // Not closed: its connection goes with the server, and the server with the tests.
    var database = TestServers.toBreak().createDatabase();
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_note ON orders (note)");
    begin(database);
    // The tests' servers commit before the log is on the disk.
    database.execute("CHECKPOINT");
    crash(database);

    assertThat(look.at(database.server()))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
          assertThat(finding.target().index()).isEqualTo("orders_note");
          assertThat(finding.evidence())
              .containsEntry("damage", "the server went down when it was read")
              .containsEntry(CorruptIndex.REBUILDABLE, "true");
        });

    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute("REINDEX INDEX orders_note");
    }
    assertThat(look.at(database.server())).isEmpty();
  }

  @Test
  void aConnectionThatWasOnlyLostLeavesNoSuspicion() throws SQLException {
    var database = TestServers.newest().createDatabase();
    try (database) {
      Faults.table(database, "orders");
      database.execute("CREATE INDEX orders_note ON orders (note)");
      begin(database);

      assertThat(look.at(database)).isEmpty();
    }
  }

  private void begin(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      new UnfinishedChecks(look.memory(), session, database.name()).begin(note(session));
    }
  }

  private static CheckedTable.Index note(Session session) throws SQLException {
    return CheckedTable.named(session, "public", "orders").orElseThrow().indexes(session).stream()
        .filter(index -> index.name().equals("orders_note"))
        .findFirst()
        .orElseThrow();
  }

  /** What a process does that reads what it must not. */
  private static void crash(TestDatabase database) throws SQLException {
    try (var victim = database.begin("SELECT 1")) {
      ProcessHandle.of(victim.backendPid()).orElseThrow().destroyForcibly();
    } catch (IllegalStateException e) {
      // Its connection went with it.
      assertThat(e).hasRootCauseInstanceOf(java.io.EOFException.class);
    }
    await().ignoreExceptions().until(() -> connects(database));
  }

  private static boolean connects(TestDatabase database) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      return session.query("SELECT 1", row -> row.getInt(1)).equals(List.of(1));
    }
  }
}
