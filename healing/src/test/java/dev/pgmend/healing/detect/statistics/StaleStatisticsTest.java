// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class StaleStatisticsTest {
  private final Look look = Look.with(new StaleStatistics());

  @EachPostgres
  void aTableThatWasNeverAnalysedIsFound(TestDatabase database) throws SQLException {
    Faults.staleStatistics(database, "orders");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target()).isEqualTo(Target.table(database.name(), "public", "orders"));
          assertThat(finding.evidence())
              .containsEntry("lastAnalyze", "never")
              .containsEntry("modifiedRows", Integer.toString(Faults.ROWS))
              .containsEntry("autovacuum", "off");
          assertThat(finding.summary()).contains("never analysed");
        });
  }

  @EachPostgres
  void aTableThatWasJustAnalysedIsNotFound(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("ANALYZE orders");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void changesCountFromTheLastAnalyze(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("ANALYZE orders", "UPDATE orders SET note = 'x' WHERE id <= 1000");
    assertThat(look.at(database)).isEmpty();

    database.execute("UPDATE orders SET note = 'y' WHERE id <= 100");
    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding ->
            assertThat(finding.evidence())
                .containsEntry("modifiedRows", "1100")
                .doesNotContainEntry("lastAnalyze", "never"));
  }

  @EachPostgres
  void aSmallTableIsLeftAlone(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE small (id int)", "INSERT INTO small SELECT generate_series(1, 500)");

    assertThat(look.at(database)).isEmpty();
    assertThat(look.setting("minRows", "100").at(database)).hasSize(1);
  }

  @EachPostgres
  void aTemporaryTableIsLeftAlone(TestDatabase database) throws SQLException {
    database.execute("CREATE TEMP TABLE passing AS SELECT generate_series(1, 5000) id");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void aTableWithoutAutovacuumIsTold(TestDatabase database) throws SQLException {
    for (var table : List.of("served", "forsaken", "behind")) {
      Faults.table(database, table);
      database.execute(
          "ANALYZE " + table, "UPDATE %s SET note = 'x' WHERE id <= 1500".formatted(table));
    }
    database.execute(
        "ALTER TABLE forsaken SET (autovacuum_enabled = off)",
        "UPDATE behind SET note = 'y' WHERE id <= 1500");

    var severities =
        withAutovacuum(
            database,
            () ->
                look.setting("warnDelay", "0s").at(database).stream()
                    .collect(
                        Collectors.toMap(
                            f -> f.target().relation() + " " + f.evidence().get("autovacuum"),
                            Finding::severity)));

    assertThat(severities)
        .isEqualTo(
            Map.of(
                "served on", Severity.INFO,
                "forsaken off", Severity.WARNING,
                "behind on", Severity.WARNING));
  }

  @EachPostgres
  void aTableThatAutovacuumCouldNotComeToYetIsNoReasonToWarn(TestDatabase database)
      throws SQLException {
    Faults.table(database, "busy");
    database.execute("ANALYZE busy", "UPDATE busy SET note = 'x'", "UPDATE busy SET note = 'y'");

    assertThat(withAutovacuum(database, () -> look.at(database)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO));
  }

  @EachPostgres
  void aTableThatIsNewIsNoReasonToWarnEither(TestDatabase database) throws SQLException {
    Faults.table(database, "fresh");

    assertThat(withAutovacuum(database, () -> look.at(database)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO));
    assertThat(withAutovacuum(database, () -> look.setting("warnDelay", "0s").at(database)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARNING));
  }

  private interface Question<T> {
    T ask() throws SQLException;
  }

  private static <T> T withAutovacuum(TestDatabase database, Question<T> question)
      throws SQLException {
    database.execute("ALTER SYSTEM SET autovacuum = on", "SELECT pg_reload_conf()");
    try {
      await().until(() -> database.text("SHOW autovacuum").equals("on"));
      return question.ask();
    } finally {
      database.execute("ALTER SYSTEM RESET autovacuum", "SELECT pg_reload_conf()");
      await().until(() -> database.text("SHOW autovacuum").equals("off"));
    }
  }
}
