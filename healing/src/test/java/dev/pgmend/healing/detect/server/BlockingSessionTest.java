// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.TerminateBackend;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionException;

class BlockingSessionTest {
  private final Look look = Look.with(new BlockingSession()).setting("warnBlocked", "200ms");

  @EachPostgres
  void theRootOfAChainIsFoundWithTheTimeThatAllBehindItLost(TestDatabase database)
      throws SQLException {
    database.execute("CREATE TABLE t (id int PRIMARY KEY, n int)", "INSERT INTO t VALUES (1), (2)");
    try (var root = database.begin("UPDATE t SET n = 1 WHERE id = 1")) {
      // The first waits for the root and holds what the second waits for.
      var first =
          database.inBackground(
              "BEGIN",
              "UPDATE t SET n = 2 WHERE id = 2",
              "UPDATE t SET n = 2 WHERE id = 1",
              "COMMIT");
      await().until(() -> waiting(database) == 1);
      var second = database.inBackground("UPDATE t SET n = 3 WHERE id = 2");
      await().until(() -> waiting(database) == 2);
      await().until(() -> !mine(database).isEmpty());

      assertThat(mine(database))
          .singleElement()
          .satisfies(finding -> {
            assertThat(Integer.parseInt(finding.target().object().replace("session ", "")))
                .isEqualTo(root.backendPid());
            assertThat(finding.evidence())
                .containsEntry("blockedSessions", "2")
                .containsEntry("state", "idle in transaction")
                .containsEntry("spared", "false");
            assertThat(finding.summary()).contains("blocks 2 others");
          });
      root.commit();
      first.join();
      second.join();
    }
    assertThat(mine(database)).isEmpty();
  }

  @EachPostgres
  void aSessionThatForgotItsTransactionIsFound(TestDatabase database) throws SQLException {
    try (var forgotten = database.begin("SELECT 1")) {
      assertThat(mine(database)).isEmpty();

      assertThat(mine(database, look.setting("warnIdleInTransaction", "0s")))
          .singleElement()
          .satisfies(finding -> {
            assertThat(Integer.parseInt(finding.target().object().replace("session ", "")))
                .isEqualTo(forgotten.backendPid());
            assertThat(finding.evidence()).containsEntry("blockedSessions", "0");
          });
    }
  }

  @EachPostgres
  void whereThePolicyAllowsItTheSessionIsEndedAndNoOtherOfItsNumber(TestDatabase database)
      throws SQLException {
    database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
    try (var root = database.begin("UPDATE t SET id = 2")) {
      var waiter = database.inBackground("UPDATE t SET id = 3");
      await().until(() -> !mine(database).isEmpty());
      var plan = Repairs.planFor(mine(database).getFirst()).orElseThrow();
      assertThat(plan.type()).isEqualTo(TerminateBackend.TYPE);
      var sql = plan.statements().getFirst();

      assertThat(database.texts(sql.replace("20", "19"))).isEmpty();
      assertThat(database.texts(sql)).containsExactly("t");

      waiter.join();
      await()
          .until(() ->
              database.number(
                      "SELECT count(*) FROM pg_stat_activity WHERE pid = " + root.backendPid())
                  == 0);
    } catch (CompletionException _) {
      // The session's end is what the test is about; closing it then fails.
    }
    assertThat(database.number("SELECT id FROM t")).isEqualTo(3);
  }

  private List<Finding> mine(TestDatabase database) throws SQLException {
    return mine(database, look);
  }

  /** Other tests' sessions on the same server are not this one's. */
  private static List<Finding> mine(TestDatabase database, Look look) throws SQLException {
    return look.at(database).stream()
        .filter(finding -> database.name().equals(finding.evidence().get("database")))
        .toList();
  }

  private static long waiting(TestDatabase database) {
    return database.number(
        "SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            + " WHERE NOT l.granted AND a.datname = current_database()");
  }
}
