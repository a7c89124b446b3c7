// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class MissingIndexTest {
  @EachPostgres
  void whatWasAdvisedStandsWhileNoIndexServes(TestDatabase database)
      throws SQLException, InspectionException {
    table(database);

    assertThat(lookAgain(database, "customer", "at"))
        .hasValueSatisfying(finding ->
            assertThat(finding.evidence())
                .containsEntry("gainPercent", "80")
                .containsEntry("tableRows", "1000")
                .containsKey("tableBytes"));
  }

  @EachPostgres
  void itIsGoneOnceAnIndexBeginsWithTheColumns(TestDatabase database)
      throws SQLException, InspectionException {
    for (var index :
        List.of("(customer, at)", "(customer, at, id)", "(customer DESC, at) INCLUDE (id)")) {
      table(database);
      database.execute("CREATE INDEX ON visits " + index);

      assertThat(lookAgain(database, "customer", "at")).as(index).isEmpty();
    }
  }

  @EachPostgres
  void anIndexThatServesOtherwiseDoesNotCount(TestDatabase database)
      throws SQLException, InspectionException {
    for (var index :
        List.of(
            "(at, customer)",
            "(customer)",
            "(customer) INCLUDE (at)",
            "(customer, at) WHERE id > 5",
            "(customer, (at + 1), at)")) {
      table(database);
      database.execute("CREATE INDEX ON visits " + index);

      assertThat(lookAgain(database, "customer", "at")).as(index).isPresent();
    }
  }

  @EachPostgres
  void aTableOrColumnThatIsNoMoreNeedsNone(TestDatabase database)
      throws SQLException, InspectionException {
    table(database);
    database.execute("ALTER TABLE visits DROP COLUMN at");
    assertThat(lookAgain(database, "customer", "at")).isEmpty();

    database.execute("DROP TABLE visits");
    assertThat(lookAgain(database, "customer")).isEmpty();
  }

  @EachPostgres
  void anInspectionSeesItAgainAndItsNameIsNotTakenByOthers(TestDatabase database)
      throws SQLException {
    table(database);
    var known = advised(database, "customer", "at");
    var unknown = new Finding("Nonsense", Severity.WARNING, known.target(), "", Map.of());

    var findings =
        new Inspector(database.server(), new Memory())
            .inspect(
                database.name(),
                InspectionOptions.DEFAULTS,
                Duration.ofMinutes(1),
                List.of(known, unknown))
            .findings();

    assertThat(findings).extracting(Finding::key).containsExactly(known.key());
  }

  private static Optional<Finding> lookAgain(TestDatabase database, String... columns)
      throws SQLException, InspectionException {
    return new Inspector(database.server(), new Memory())
        .lookAgain(advised(database, columns), InspectionOptions.DEFAULTS, Duration.ofMinutes(1));
  }

  private static Finding advised(TestDatabase database, String... columns) {
    return new Finding(
        MissingIndex.NAME,
        Severity.WARNING,
        Target.columns(database.name(), "public", "visits", List.of(columns)),
        "a statement would be faster",
        Map.of("gainPercent", "80"));
  }

  private static void table(TestDatabase database) {
    database.execute(
        "DROP TABLE IF EXISTS visits",
        "CREATE TABLE visits (id int PRIMARY KEY, customer int, at int)",
        "INSERT INTO visits SELECT i, i % 10, i FROM generate_series(1, 1000) i",
        "ANALYZE visits");
  }
}
