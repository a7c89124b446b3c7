// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.TuneAutovacuum;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Map;

class AutovacuumLagTest {
  private final Look look = Look.with(new AutovacuumLag()).setting("minDeadRows", "2000");

  @EachPostgres
  void aTableFullOfDeadRowsIsFoundAndVacuumed(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("VACUUM ANALYZE orders");
    assertThat(look.at(database)).isEmpty();
    database.execute("UPDATE orders SET note = 'x' WHERE id <= 5000");

    var finding = look.at(database).getFirst();
    assertThat(finding.target()).isEqualTo(Target.table(database.name(), "public", "orders"));
    assertThat(finding.evidence())
        .containsEntry("deadRows", "5000")
        .containsEntry(TuneAutovacuum.DISABLED, "false")
        .doesNotContainKey(TuneAutovacuum.PROPOSED_SCALE);

    var plan = Repairs.planFor(finding).orElseThrow();
    assertThat(plan.type()).isEqualTo(TuneAutovacuum.TYPE);
    assertThat(plan.statements()).containsExactly("VACUUM (ANALYZE) \"public\".\"orders\"");
    plan.statements().forEach(database::execute);
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void aTablesOwnOptionsDecideAndAreGivenBack(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute(
        "ALTER TABLE orders SET (autovacuum_enabled = off, fillfactor = 80)",
        "UPDATE orders SET note = 'x' WHERE id <= 5000");

    var finding = look.at(database).getFirst();
    var plan = Repairs.planFor(finding).orElseThrow();
    plan.statements().forEach(database::execute);
    assertThat(options(database)).isEqualTo("{fillfactor=80,autovacuum_enabled=true}");
    plan.undoStatements().forEach(database::execute);
    assertThat(options(database)).isEqualTo("{fillfactor=80,autovacuum_enabled=off}");

    database.execute(
        "ALTER TABLE orders SET (autovacuum_enabled = on, autovacuum_vacuum_threshold = 100000)",
        "UPDATE orders SET note = 'y' WHERE id <= 5000");
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void aHugeTableGetsAScaleFactorOfItsOwnWhichTheUndoTakesAway(TestDatabase database)
      throws SQLException {
    database.execute("CREATE TABLE huge (id int)");
    var finding =
        new Finding(
                AutovacuumLag.NAME,
                Severity.WARNING,
                Target.table(database.name(), "public", "huge"),
                "",
                Map.of(TuneAutovacuum.PROPOSED_SCALE, "0.01", TuneAutovacuum.REPLACED_OPTIONS, ""))
            .fixedBy(TuneAutovacuum.TYPE);
    var plan = Repairs.planFor(finding).orElseThrow();

    plan.statements().forEach(database::execute);
    assertThat(database.text("SELECT reloptions FROM pg_class WHERE relname = 'huge'"))
        .isEqualTo("{autovacuum_vacuum_scale_factor=0.01}");
    plan.undoStatements().forEach(database::execute);
    assertThat(database.text("SELECT reloptions FROM pg_class WHERE relname = 'huge'"))
        .isEqualTo("null");
  }

  @EachPostgres
  void behindSomeoneWhoHoldsVacuumBackNothingIsVacuumed(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    try (var holder =
        database.begin("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 1")) {
      database.execute("UPDATE orders SET note = 'x'", "UPDATE orders SET note = 'y'");

      assertThat(look.setting("minHeldBackXids", "0").at(database))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.evidence())
                .containsEntry("heldBackBy", "session " + holder.backendPid());
            assertThat(Repairs.planFor(finding)).isEmpty();
          });
    }
  }

  private static String options(TestDatabase database) {
    return database.text("SELECT reloptions FROM pg_class WHERE relname = 'orders'");
  }
}
