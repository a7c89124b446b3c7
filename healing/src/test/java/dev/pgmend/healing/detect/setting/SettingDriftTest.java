// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.repair.SetParameter;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

class SettingDriftTest {
  private final Look look = Look.with(new SettingDrift());

  @EachPostgres
  void aServerThatNobodyChangedHasNoDrift(TestDatabase database) throws SQLException {
    assertThat(look.at(database)).isEmpty();
    assertThat(look.pinned("work_mem", "4096").at(database)).isEmpty();
    assertThat(look.pinned("autovacuum", "OFF ").at(database)).isEmpty();
  }

  @EachPostgres
  void whatAlterSystemLeftBehindIsNamedWithItsFileAndLine(TestDatabase database)
      throws SQLException {
    var auto = database.text("SHOW data_directory") + "/postgresql.auto.conf";
    withSystem(
        database,
        "work_mem",
        "5MB",
        () -> {
          var line =
              database.text("SELECT sourceline FROM pg_file_settings WHERE name = 'work_mem'");
          assertThat(look.at(database))
              .singleElement()
              .satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.INFO);
                assertThat(finding.target()).isEqualTo(Target.parameter("work_mem"));
                assertThat(finding.evidence())
                    .containsEntry("value", "5MB")
                    .containsEntry("place", auto + ", line " + line)
                    .doesNotContainKey(SetParameter.VALUE);
              });
        });
  }

  @EachPostgres
  void aPinThatDiffersIsAWarningAndProposed(TestDatabase database) throws SQLException {
    assertThat(look.pinned("work_mem", "16MB").at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.summary()).contains("4MB", "16MB", "default");
          assertThat(finding.evidence())
              .containsEntry(SetParameter.VALUE, "16MB")
              .doesNotContainKey(SetParameter.REPLACED);
        });
    withSystem(
        database,
        "work_mem",
        "5MB",
        () ->
            assertThat(look.pinned("work_mem", "16MB").at(database))
                .singleElement()
                .satisfies(finding ->
                    assertThat(finding.evidence())
                        .containsEntry(SetParameter.VALUE, "16MB")
                        .containsEntry(SetParameter.REPLACED, "5MB")));
    withSystem(
        database,
        "work_mem",
        "16MB",
        () -> assertThat(look.pinned("work_mem", "16MB").at(database)).isEmpty());
  }

  @EachPostgres
  void whatTheSessionSetsForItselfDoesNotHideTheServers(TestDatabase database) throws SQLException {
    assertThat(look.pinned("statement_timeout", "0").at(database)).isEmpty();
    assertThat(look.pinned("statement_timeout", "1min").at(database))
        .singleElement()
        .satisfies(finding -> assertThat(finding.evidence()).containsEntry("value", "0"));
    withSystem(
        database,
        "statement_timeout",
        "60s",
        () -> assertThat(look.pinned("statement_timeout", "1min").at(database)).isEmpty());
  }

  @EachPostgres
  void whatTheCommandLineSetsNoFileCanMend(TestDatabase database) throws SQLException {
    var port = database.text("SELECT source FROM pg_settings WHERE name = 'port'");
    assumeTrue(port.equals("command line"), "The port is not on the command line");

    assertThat(look.pinned("port", "5").at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.summary()).contains("the command line overrides every file");
          assertThat(finding.evidence()).doesNotContainKey(SetParameter.VALUE);
        });
  }

  @EachPostgres
  void whatTakesARestartIsNotProposed(TestDatabase database) throws SQLException {
    assertThat(look.pinned("max_wal_senders", "77").at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.summary()).contains("takes a restart");
          assertThat(finding.evidence()).doesNotContainKey(SetParameter.VALUE);
        });
  }

  @EachPostgres
  void aPinThatTheServerWouldNotTakeSaysWhy(TestDatabase database) throws SQLException {
    for (var pin :
        List.of("work_mem=1kB", "work_mem=much", "wal_compression=maybe", "autovacuum=soon")) {
      var parts = pin.split("=", 2);
      assertThat(look.pinned(parts[0], parts[1]).at(database))
          .as(pin)
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.evidence())
                .containsKey("objection")
                .doesNotContainKey(SetParameter.VALUE);
          });
    }
    assertThat(look.pinned("no \"such\" thing", "1").at(database))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO));
  }

  /** Whoever may read findings may not read the server's files. */
  @EachPostgres
  void doesNotShowAValueThatCanHoldASecret(TestDatabase database) throws SQLException {
    withSystem(
        database,
        "ssl_passphrase_command",
        "echo opensesame",
        () -> {
          for (var found :
              List.of(
                  look.at(database),
                  look.pinned("ssl_passphrase_command", "echo sesame").at(database))) {
            assertThat(found)
                .filteredOn(f -> f.target().equals(Target.parameter("ssl_passphrase_command")))
                .singleElement()
                .satisfies(finding -> {
                  assertThat(finding.toString()).doesNotContain("sesame");
                  assertThat(finding.repair()).isEmpty();
                });
          }
        });
  }

  @EachPostgres
  void whatWaitsForARestartIsTold(TestDatabase database) throws SQLException {
    var now = database.text("SHOW max_locks_per_transaction");
    withSystem(
        database,
        "max_locks_per_transaction",
        "99",
        () -> {
          await()
              .until(() ->
                  database.isTrue(
                      "SELECT pending_restart FROM pg_settings"
                          + " WHERE name = 'max_locks_per_transaction'"));
          assertThat(look.at(database))
              .singleElement()
              .satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.INFO);
                assertThat(finding.evidence())
                    .containsEntry("value", now)
                    .containsEntry("nextValue", "99");
              });
          assertThat(look.pinned("max_locks_per_transaction", "99").at(database))
              .singleElement()
              .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO));
        });
  }

  @EachPostgres
  void aLineThatTheServerDoesNotTakeIsAWarning(TestDatabase database) throws SQLException {
    // Any name with a dot may be written into the file; it is an error once something owns it.
    withSystem(
        database,
        "pg_stat_statements.max",
        "100000",
        () ->
            assertThat(look.at(database))
                .filteredOn(finding -> finding.severity() == Severity.WARNING)
                .isEmpty());
    try (var _ = BadLine.in(database, "work_mem = 'plenty'")) {
      assertThat(look.at(database))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.target()).isEqualTo(Target.parameter("work_mem"));
            assertThat(finding.summary()).contains("line ", "does not accept");
          });
    }
    try (var _ = BadLine.in(database, "this is no setting")) {
      assertThat(look.at(database))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.target().object()).startsWith("file ");
            assertThat(finding.evidence()).containsEntry("error", "syntax error");
          });
    }
  }

  @EachPostgres
  void anOverrideOfAPinIsAWarningAndADatabasesIsProposed(TestDatabase database)
      throws SQLException {
    var name = Identifiers.quote(database.name());
    var role = database.createRole();
    database.execute(
        "ALTER DATABASE %s SET maintenance_work_mem = '70MB'".formatted(name),
        "ALTER ROLE %s IN DATABASE %s SET maintenance_work_mem = '80MB'"
            .formatted(Identifiers.quote(role), name));

    assertThat(look.at(database)).isEmpty();
    var findings = look.pinned("maintenance_work_mem", "64MB").at(database);
    assertThat(findings)
        .hasSize(2)
        .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARNING));
    assertThat(findings.getFirst().target().database()).isEqualTo(database.name());
    assertThat(findings.getFirst().evidence())
        .containsEntry(SetParameter.VALUE, "64MB")
        .containsEntry(SetParameter.REPLACED, "70MB");
    assertThat(findings.getLast().target().object()).isEqualTo("role " + role);
    assertThat(findings.getLast().evidence()).doesNotContainKey(SetParameter.VALUE);
    assertThat(findings.getLast().summary())
        .contains(
            "ALTER ROLE %s IN DATABASE %s RESET \"maintenance_work_mem\""
                .formatted(Identifiers.quote(role), name));
  }

  @EachPostgres
  void anOverrideOfWhatTheFilesSetIsANote(TestDatabase database) throws SQLException {
    withSystem(
        database,
        "maintenance_work_mem",
        "65MB",
        () -> {
          database.execute(
              "ALTER DATABASE %s SET maintenance_work_mem = '70MB'"
                  .formatted(Identifiers.quote(database.name())));
          assertThat(look.at(database))
              .extracting(Finding::severity, finding -> finding.target().database())
              .contains(tuple(Severity.INFO, database.name()));
        });
  }

  @EachPostgres
  void whoMayNotReadTheFilesIsToldTheGrants(TestDatabase database) throws SQLException {
    var role = database.createRole("pg_monitor");
    withSystem(
        database,
        "work_mem",
        "5MB",
        () -> {
          assertThat(look.at(database.serverAs(role)))
              .extracting(finding -> finding.severity() + " " + finding.target())
              .contains("INFO work_mem", "INFO right pg_file_settings");
          for (var grant : missing(role, database).orElseThrow().split(";", -1)) {
            database.execute(grant);
          }
          assertThat(missing(role, database)).isEmpty();
        });
    database.execute("DROP OWNED BY " + Identifiers.quote(role));
  }

  private Optional<String> missing(String role, TestDatabase database) throws SQLException {
    return look.at(database.serverAs(role)).stream()
        .filter(finding -> finding.target().object().startsWith("right "))
        .map(finding -> finding.evidence().get("grant"))
        .findFirst();
  }

  /** What is done while a setting of the server has another value. */
  private interface Task {
    void run() throws SQLException;
  }

  private static void withSystem(TestDatabase database, String name, String value, Task task)
      throws SQLException {
    var setting = Identifiers.quoteSetting(name);
    database.execute(
        "ALTER SYSTEM SET %s = %s".formatted(setting, Identifiers.literal(value)),
        "SELECT pg_reload_conf()");
    try {
      await()
          .until(() ->
              database.isTrue(
                  "SELECT pending_restart OR sourcefile LIKE '%%auto.conf' FROM pg_settings"
                      + " WHERE name = %s".formatted(Identifiers.literal(name))));
      task.run();
    } finally {
      database.execute("ALTER SYSTEM RESET " + setting, "SELECT pg_reload_conf()");
      await()
          .until(() ->
              database.isTrue(
                  "SELECT sourcefile IS DISTINCT FROM"
                      + " current_setting('data_directory') || '/postgresql.auto.conf'"
                      + " FROM pg_settings WHERE name = %s".formatted(Identifiers.literal(name))));
    }
  }

  /** A line at the end of the server's own configuration file, taken away again. */
  private record BadLine(TestDatabase database) implements AutoCloseable {
    static BadLine in(TestDatabase database, String line) {
      database.execute(
          "CREATE TABLE original (line text)",
          "CREATE TABLE changed (line text)",
          "INSERT INTO original SELECT regexp_split_to_table(rtrim(pg_read_file("
              + "current_setting('config_file')), E'\\n'), E'\\n')",
          "INSERT INTO changed SELECT line FROM original UNION ALL SELECT "
              + Identifiers.literal(line));
      write(database, "changed");
      return new BadLine(database);
    }

    @Override
    public void close() {
      write(database, "original");
      database.execute("DROP TABLE original, changed");
    }

    private static void write(TestDatabase database, String from) {
      database.execute(
          "COPY (SELECT nullif(line, '') FROM %s ORDER BY ctid) TO %s (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
              .formatted(from, Identifiers.literal(database.text("SHOW config_file"))));
    }
  }
}
