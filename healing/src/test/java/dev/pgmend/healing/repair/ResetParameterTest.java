// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.detect.SettingPolicy;
import dev.pgmend.healing.detect.setting.SettingDrift;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ResetParameterTest {
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

  @EachPostgres
  void whatAlterSystemHidesComesBackAndCanBeHiddenAgain(TestDatabase database) throws SQLException {
    // initdb writes this one into every postgresql.conf.
    var inFile = database.text("SHOW max_wal_size");
    setAndWait(database, "ALTER SYSTEM SET max_wal_size = '3GB'", "3GB");
    try {
      var plan = Repairs.planFor(drift(database, inFile).orElseThrow()).orElseThrow();
      assertThat(plan.type()).isEqualTo(ResetParameter.TYPE);
      assertThat(plan.statements())
          .containsExactly("ALTER SYSTEM RESET \"max_wal_size\"", "SELECT pg_reload_conf()");

      carryOut(database, plan.steps());
      await().until(() -> database.text("SHOW max_wal_size").equals(inFile));
      assertThat(drift(database, inFile)).isEmpty();

      carryOut(database, plan.undo());
      await().until(() -> database.text("SHOW max_wal_size").equals("3GB"));
    } finally {
      setAndWait(database, "ALTER SYSTEM RESET max_wal_size", inFile);
    }
  }

  @EachPostgres
  void anotherPinIsSetInPlaceOfWhatAlterSystemLeft(TestDatabase database) throws SQLException {
    var inFile = database.text("SHOW max_wal_size");
    setAndWait(database, "ALTER SYSTEM SET max_wal_size = '3GB'", "3GB");
    try {
      var plan = Repairs.planFor(drift(database, "4GB").orElseThrow()).orElseThrow();
      assertThat(plan.type()).isEqualTo(SetParameter.TYPE);

      carryOut(database, plan.steps());
      await().until(() -> database.text("SHOW max_wal_size").equals("4GB"));
      assertThat(drift(database, "4GB")).isEmpty();

      carryOut(database, plan.undo());
      await().until(() -> database.text("SHOW max_wal_size").equals("3GB"));
    } finally {
      setAndWait(database, "ALTER SYSTEM RESET max_wal_size", inFile);
    }
  }

  private static Optional<Finding> drift(TestDatabase database, String pin) throws SQLException {
    var thresholds =
        InspectionOptions.DEFAULTS.with(new SettingPolicy(Map.of("max_wal_size", pin), Map.of()));
    return new Inspector(database.server(), new Memory())
        .inspectServer(thresholds, LONG_ENOUGH, List.of()).findings().stream()
            .filter(finding -> finding.target().parameter().equals("max_wal_size"))
            .filter(finding -> finding.detector().equals(SettingDrift.NAME))
            .findFirst();
  }

  private static void setAndWait(TestDatabase database, String sql, String value) {
    database.execute(sql, "SELECT pg_reload_conf()");
    await().until(() -> database.text("SHOW max_wal_size").equals(value));
  }

  private static void carryOut(TestDatabase database, List<Step> steps) throws SQLException {
    try (var session = database.session(Purpose.REPAIR)) {
      for (var step : steps) {
        session.execute(step.sql());
      }
    }
  }
}
