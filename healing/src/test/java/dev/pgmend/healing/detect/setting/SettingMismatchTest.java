// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Quantities;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Machine;
import dev.pgmend.healing.repair.SetParameter;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

class SettingMismatchTest {
  private static final Machine LARGE_MACHINE =
      new Machine(
          OptionalLong.of(Quantities.bytes("64Gi")),
          OptionalDouble.of(16),
          Optional.of(Machine.Storage.HDD));

  private final Look look = Look.with(new SettingMismatch()).on(LARGE_MACHINE);

  @EachPostgres
  void withLittleDataTheDefaultsAreEnough(TestDatabase database) throws SQLException {
    assertThat(look.at(database)).isEmpty();
    assertThat(find(anyData(look), database, "shared_buffers")).isEmpty();
    assertThat(find(anyData(look), database, "effective_cache_size")).isEmpty();
    assertThat(find(anyData(look), database, "maintenance_work_mem")).isEmpty();
  }

  @EachPostgres
  void aCacheThatThePlannerDoesNotKnowOfIsAWarning(TestDatabase database) throws SQLException {
    with(
        database,
        Map.of("effective_cache_size", "1MB"),
        () ->
            assertThat(find(anyData(look), database, "effective_cache_size"))
                .singleElement()
                .satisfies(finding -> {
                  assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                  assertThat(finding.evidence())
                      .containsEntry("value", "1MB")
                      .containsEntry(SetParameter.VALUE, "48GB")
                      .containsEntry(SetParameter.REPLACED, "1MB");
                }));
  }

  @EachPostgres
  void aPolicysBoundsAreKeptAndItsPinsLeftAlone(TestDatabase database) throws SQLException {
    with(
        database,
        Map.of("effective_cache_size", "1MB"),
        () -> {
          assertThat(
                  find(
                      anyData(look).atMost("effective_cache_size", "2GB"),
                      database,
                      "effective_cache_size"))
              .singleElement()
              .satisfies(finding ->
                  assertThat(finding.evidence()).containsEntry(SetParameter.VALUE, "2GB"));
          assertThat(
                  find(
                      anyData(look).atMost("effective_cache_size", "128"),
                      database,
                      "effective_cache_size"))
              .isEmpty();
          assertThat(
                  find(
                      anyData(look).pinned("effective_cache_size", "1MB"),
                      database,
                      "effective_cache_size"))
              .isEmpty();
          assertThatThrownBy(
                  () -> anyData(look).atMost("effective_cache_size", "plenty").at(database))
              .hasMessageContaining("the bound 'plenty' of parameter effective_cache_size");
        });
  }

  @EachPostgres
  void memoryThatConnectionsCouldTakeTogetherIsBounded(TestDatabase database) throws SQLException {
    with(
        database,
        Map.of("work_mem", "8GB"),
        () -> {
          var connections = database.number("SHOW max_connections");
          // 1 on Postgres 14, 2 since.
          var nodes = Double.parseDouble(database.text("SHOW hash_mem_multiplier"));
          assertThat(find(anyData(look), database, "work_mem"))
              .singleElement()
              .satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                var proposed =
                    SettingNumber.parse(finding.evidence().get(SetParameter.VALUE), "MB")
                        .orElseThrow();
                assertThat(proposed * nodes * connections).isBetween(40.0 * 1024, 64.0 * 1024);
              });
        });
    // A small one is never made smaller: that would only make sorts spill.
    assertThat(find(anyData(on("256Mi", 0)), database, "work_mem")).isEmpty();
  }

  @EachPostgres
  void moreSharedBuffersThanTheMachineCanBearTakeARestart(TestDatabase database)
      throws SQLException {
    var findings = anyData(on("150Mi", 2)).at(database);

    assertThat(findings)
        .filteredOn(finding -> finding.target().equals(Target.object("restart", "settings")))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.evidence())
              .containsEntry("settings", "shared_buffers")
              .containsEntry("shared_buffers.value", "128MB")
              .containsEntry("shared_buffers.adequateValue", "37MB")
              .doesNotContainKey(SetParameter.VALUE);
        });
  }

  @EachPostgres
  void whatTakesARestartIsOneFinding(TestDatabase database) throws SQLException {
    assertThat(
            anyData(on("150Mi", 64)).at(database).stream()
                .filter(finding -> !finding.target().object().isEmpty()))
        .singleElement()
        .satisfies(finding ->
            assertThat(finding.evidence())
                .containsEntry("settings", "shared_buffers, max_worker_processes")
                .containsEntry("max_worker_processes.adequateValue", "64"));
  }

  @EachPostgres
  void onSolidStateStorageARandomPageIsCheap(TestDatabase database) throws SQLException {
    var ssd = anyData(on(Machine.Storage.SSD));
    assertThat(find(ssd, database, "random_page_cost"))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.INFO);
          assertThat(finding.evidence()).containsEntry(SetParameter.VALUE, "1.1");
        });
    assertThat(find(anyData(look), database, "random_page_cost")).isEmpty();
    with(
        database,
        Map.of("random_page_cost", "1.2", "effective_io_concurrency", "64"),
        () -> {
          assertThat(find(ssd, database, "random_page_cost")).isEmpty();
          assertThat(find(ssd, database, "effective_io_concurrency")).isEmpty();
        });
    with(
        database,
        Map.of("random_page_cost", "0.5", "effective_io_concurrency", "0"),
        () -> {
          assertThat(find(anyData(look), database, "random_page_cost"))
              .singleElement()
              .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARNING));
          assertThat(find(ssd, database, "effective_io_concurrency")).hasSize(1);
        });
  }

  @EachPostgres
  void whatDoesHarmOnAnyMachineIsFoundWithoutKnowingIt(TestDatabase database) throws SQLException {
    var unknown = anyData(Look.with(new SettingMismatch()));
    with(
        database,
        Map.of(
            "checkpoint_timeout", "30s",
            "checkpoint_completion_target", "0.1",
            "autovacuum_vacuum_cost_delay", "20ms"),
        () ->
            assertThat(unknown.at(database))
                .filteredOn(finding -> !finding.target().parameter().contains("page_cost"))
                .extracting(finding ->
                    "%s %s %s"
                        .formatted(
                            finding.severity(),
                            finding.target().parameter(),
                            finding.evidence().get(SetParameter.VALUE)))
                .contains(
                    "WARNING checkpoint_timeout 5min",
                    "INFO checkpoint_completion_target 0.9",
                    "WARNING autovacuum on",
                    "WARNING autovacuum_vacuum_cost_delay 2ms"));
    assertThat(find(unknown, database, "checkpoint_timeout")).isEmpty();
    assertThat(find(unknown, database, "autovacuum_vacuum_cost_delay")).isEmpty();
  }

  @EachPostgres
  void theWalThatIsWrittenSetsTheSizeAndTheCompression(TestDatabase database) throws SQLException {
    // Some milliseconds stand for an hour, and what is written in them for an hour's WAL.
    var busy = anyData(look).setting("maxWalWindow", "36ms");
    database.execute(
        "CREATE TABLE busy AS SELECT i, repeat('x', 500) FROM generate_series(1, 60000) i");
    with(
        database,
        Map.of("max_wal_size", "32MB", "wal_compression", "off"),
        () -> {
          // A single look: what other sessions write meanwhile would count at a second one.
          assertThat(busy.at(database))
              .extracting(finding -> finding.target().parameter())
              .doesNotContain("max_wal_size", "wal_compression");
          // One row of each page: after a checkpoint the page is written whole.
          database.execute("CHECKPOINT", "UPDATE busy SET i = 0 WHERE i % 16 = 0");

          var findings = busy.at(database);
          assertThat(findings)
              .filteredOn(finding -> finding.target().parameter().equals("max_wal_size"))
              .singleElement()
              .satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.INFO);
                assertThat(finding.summary()).contains("of WAL an hour");
              });
          assertThat(findings)
              .filteredOn(finding -> finding.target().parameter().equals("wal_compression"))
              .singleElement()
              .satisfies(finding -> {
                assertThat(finding.summary()).contains("images of whole pages");
                assertThat(finding.evidence().get(SetParameter.VALUE)).isIn("lz4", "on");
              });
        });
  }

  @EachPostgres
  void everyProposalIsTakenByTheServer(TestDatabase database) throws SQLException {
    with(
        database,
        Map.of(
            "effective_cache_size", "1MB",
            "work_mem", "8GB",
            "checkpoint_timeout", "30s",
            "checkpoint_completion_target", "0.1",
            "autovacuum_vacuum_cost_delay", "100ms"),
        () -> {
          var findings =
              anyData(
                      look.on(
                          new Machine(
                              LARGE_MACHINE.memoryBytes(),
                              OptionalDouble.of(64),
                              Optional.of(Machine.Storage.SSD))))
                  .at(database);
          assertThat(findings).hasSizeGreaterThanOrEqualTo(7);
          for (var finding : findings) {
            var proposed = finding.evidence().get(SetParameter.VALUE);
            if (proposed != null) {
              // A value out of range, or of another type, would be refused.
              database.execute(
                  "ALTER SYSTEM SET %s = '%s'".formatted(finding.target().parameter(), proposed),
                  "ALTER SYSTEM RESET " + finding.target().parameter());
            }
          }
        });
  }

  private static Look on(String memory, double cores) {
    return Look.with(new SettingMismatch())
        .on(
            new Machine(
                memory.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Quantities.bytes(memory)),
                cores == 0 ? OptionalDouble.empty() : OptionalDouble.of(cores),
                Optional.empty()));
  }

  private static Look on(Machine.Storage storage) {
    return Look.with(new SettingMismatch())
        .on(new Machine(OptionalLong.empty(), OptionalDouble.empty(), Optional.of(storage)));
  }

  private static Look anyData(Look look) {
    return look.setting("minDataSize", "0");
  }

  private static List<Finding> find(Look look, TestDatabase database, String parameter)
      throws SQLException {
    return look.at(database).stream()
        .filter(finding -> finding.target().parameter().equals(parameter))
        .toList();
  }

  /** What is done while settings of the server have other values. */
  private interface Task {
    void run() throws SQLException;
  }

  private static void with(TestDatabase database, Map<String, String> values, Task task)
      throws SQLException {
    var before = new HashMap<String, String>();
    for (var name : values.keySet()) {
      before.put(name, database.text("SHOW " + name));
      database.execute("ALTER SYSTEM SET %s = '%s'".formatted(name, values.get(name)));
    }
    try {
      reloadUntil(database, values);
      task.run();
    } finally {
      values.keySet().forEach(name -> database.execute("ALTER SYSTEM RESET " + name));
      reloadUntil(database, before);
    }
  }

  private static void reloadUntil(TestDatabase database, Map<String, String> values) {
    database.execute("SELECT pg_reload_conf()");
    values.forEach(
        (name, value) -> await().until(() -> database.text("SHOW " + name).equals(value)));
  }
}
