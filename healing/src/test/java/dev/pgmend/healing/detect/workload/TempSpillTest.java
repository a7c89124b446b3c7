// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Quantities;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Machine;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.SetParameter;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

class TempSpillTest {
  private static final String SORT =
      "SELECT count(*) FROM (SELECT i FROM generate_series(1, 200000) i ORDER BY md5(i::text)) s";

  private final Look look =
      Look.with(new TempSpill())
          .setting("minWindow", "0s")
          .setting("minSpillPerHour", "1Mi")
          .on(memory("16Gi"));

  @EachPostgres
  void sortsThatSpillAreFoundAndGivenMoreMemory(TestDatabase database) throws SQLException {
    assertThat(look.at(database)).isEmpty();
    spill(database);

    var finding = look.at(database).getFirst();
    assertThat(finding.target()).isEqualTo(Target.parameter(database.name(), "work_mem"));
    assertThat(finding.evidence()).doesNotContainKey(SetParameter.REPLACED);
    assertThat(finding.summary()).contains("work_mem 4.0 MB", "generate_series");

    var plan = Repairs.planFor(finding).orElseThrow();
    assertThat(plan.type()).isEqualTo(SetParameter.TYPE);
    plan.statements().forEach(database::execute);
    look.at(database);
    var before = tempFiles(database);
    spill(database);
    assertThat(tempFiles(database)).isEqualTo(before);

    plan.undoStatements().forEach(database::execute);
    assertThat(database.number("SELECT count(*) FROM pg_db_role_setting")).isZero();
  }

  @EachPostgres
  void whatWasSetForTheDatabaseComesBack(TestDatabase database) throws SQLException {
    database.execute("ALTER DATABASE \"%s\" SET work_mem = '2MB'".formatted(database.name()));
    look.at(database);
    spill(database);

    var finding = look.at(database).getFirst();
    assertThat(finding.evidence()).containsEntry(SetParameter.REPLACED, "2MB");
    var plan = Repairs.planFor(finding).orElseThrow();
    plan.statements().forEach(database::execute);
    plan.undoStatements().forEach(database::execute);
    assertThat(database.text("SELECT setconfig FROM pg_db_role_setting"))
        .isEqualTo("{work_mem=2MB}");
  }

  @EachPostgres
  void moreThanTheMachineHasIsNotGiven(TestDatabase database) throws SQLException {
    look.at(database);
    spill(database);
    assertThat(Look.with(new TempSpill()).at(database)).isEmpty();

    assertThat(look.on(memory("64Mi")).at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.evidence()).containsKey("advice");
          assertThat(Repairs.planFor(finding)).isEmpty();
        });
  }

  private static Machine memory(String bytes) {
    return new Machine(
        OptionalLong.of(Quantities.bytes(bytes)), OptionalDouble.empty(), Optional.empty());
  }

  private static void spill(TestDatabase database) {
    database.inBackground(SORT, Faults.FLUSH, "SELECT 1").join();
  }

  private static long tempFiles(TestDatabase database) {
    return database.number(
        "SELECT temp_files FROM pg_stat_database WHERE datname = current_database()");
  }
}
