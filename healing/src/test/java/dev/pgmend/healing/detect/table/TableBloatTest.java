// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.Vacuum;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class TableBloatTest {
  private final Look look = Look.with(new TableBloat()).setting("minWasted", "100Ki");

  @EachPostgres
  void deadRowsAreFoundAndVacuumMakesTheirSpaceUsable(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    assertThat(look.at(database)).isEmpty();
    database.execute("DELETE FROM orders WHERE id % 5 <> 0");

    var finding = look.at(database).getFirst();
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.evidence())
        .containsEntry("method", "pgstattuple")
        .containsEntry("mostlyDeadRows", "true");
    assertThat(Double.parseDouble(finding.evidence().get("wastedPercent"))).isBetween(60.0, 95.0);

    var plan = Repairs.planFor(finding).orElseThrow();
    assertThat(plan.type()).isEqualTo(Vacuum.TYPE);
    plan.statements().forEach(database::execute);

    assertThat(look.at(database))
        .singleElement()
        .satisfies(left -> {
          assertThat(left.severity()).isEqualTo(Severity.INFO);
          assertThat(left.evidence()).containsEntry("mostlyDeadRows", "false");
          assertThat(Repairs.planFor(left)).isEmpty();
        });
    database.execute("INSERT INTO orders SELECT i, 'n' || i FROM generate_series(1, 8000) i");
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void aTableIsLookedAtAgainByReadingItAnew(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("DELETE FROM orders WHERE id % 5 <> 0", "ANALYZE orders");
    var finding = look.at(database).getFirst();

    try (var _ = database.begin("LOCK TABLE orders")) {
      assertThatThrownBy(() -> look.again(database, finding)).hasMessageContaining("is locked");
    }
    database.execute("VACUUM orders");
    assertThat(look.again(database, finding))
        .hasValueSatisfying(left -> assertThat(left.severity()).isEqualTo(Severity.INFO));
    database.execute("VACUUM FULL orders");
    assertThat(look.again(database, finding)).isEmpty();
  }

  @EachPostgres
  void withoutTheExtensionTheCountersTell(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("DROP EXTENSION pgstattuple", "DELETE FROM orders WHERE id % 5 <> 0");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding ->
            assertThat(finding.evidence())
                .containsEntry("method", "counters")
                .containsEntry("wastedPercent", "80.0"));
  }

  @EachPostgres
  void aTableThatIsOnlyReadOrSmallIsLeftAlone(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("DELETE FROM orders WHERE id % 5 <> 0");

    assertThat(Look.with(new TableBloat()).at(database)).isEmpty();
    assertThat(look.setting("minWastedPercent", "99").at(database)).isEmpty();
  }
}
