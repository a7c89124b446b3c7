// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.detect.server.BlockingSession;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.VacuumFreeze;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

class WraparoundTest {
  private static final int BURNT = 5_000;

  private final Look look =
      Look.with(new Wraparound())
          .setting("warnXidAge", "4000")
          .setting("criticalXidAge", "1000000000");

  @EachPostgres
  void anOldTableIsFoundAndFreezingMendsIt(TestDatabase database) throws SQLException {
    Faults.table(database, "old \"one\"");
    assertThat(tablesFound(database)).isEmpty();

    burn(database);
    var found = tablesFound(database);
    assertThat(found)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target())
              .isEqualTo(Target.table(database.name(), "public", "old \"one\""));
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.evidenceLong("xids")).isGreaterThanOrEqualTo(BURNT);
          assertThat(finding.evidence()).doesNotContainKey("heldBackBy");
        });
    assertThat(look.setting("criticalXidAge", "4500").at(database))
        .first()
        .extracting(Finding::severity)
        .isEqualTo(Severity.CRITICAL);

    var plan = Repairs.planFor(found.getFirst()).orElseThrow();
    assertThat(plan.type()).isEqualTo(VacuumFreeze.TYPE);
    plan.statements().forEach(database::execute);
    assertThat(tablesFound(database)).isEmpty();
  }

  @EachPostgres
  void whoHoldsFreezingBackIsNamedFirst(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    try (var holder =
        database.begin("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 1")) {
      burn(database);

      assertThat(tablesFound(database))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.evidence())
                .containsEntry("heldBackBy", "session " + holder.backendPid());
            assertThat(finding.summary())
                .contains("session " + holder.backendPid(), "holds vacuum back");
            assertThat(Repairs.planFor(finding)).isEmpty();
            assertThat(
                    Look.with(new BlockingSession())
                        .setting("warnIdleInTransaction", "0s")
                        .at(database))
                .filteredOn(
                    other -> other.target().object().equals("session " + holder.backendPid()))
                .singleElement()
                .satisfies(
                    session -> assertThat(new BlockingSession().causes(session, finding)).isTrue());
          });
    }
  }

  @EachPostgres
  void byDefaultAYoungDatabaseIsWell(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    burn(database);

    assertThat(Look.with(new Wraparound()).at(database)).isEmpty();
  }

  private List<Finding> tablesFound(TestDatabase database) throws SQLException {
    return look.at(database).stream()
        .filter(finding -> !finding.target().relation().isEmpty())
        .toList();
  }

  /** Each exception block that writes takes a transaction number of its own. */
  private static void burn(TestDatabase database) {
    // The next test's database is being made meanwhile, in a transaction of its own.
    await()
        .until(() ->
            database.number(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%'"
                        + " AND state = 'active'")
                == 0);
    database.execute(
        "CREATE TABLE IF NOT EXISTS burnt (id int)",
        """
        DO $$ BEGIN
          FOR i IN 1..%d LOOP
            BEGIN
              INSERT INTO burnt VALUES (i);
            EXCEPTION WHEN division_by_zero THEN NULL;
            END;
          END LOOP;
        END $$
        """
            .formatted(BURNT),
        "DROP TABLE burnt");
  }
}
