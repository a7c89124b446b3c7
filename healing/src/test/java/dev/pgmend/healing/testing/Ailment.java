// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** One fault for each repair, on the table {@code orders} and, where it has one, its parent. */
public enum Ailment {
  BLOATED_INDEX("IndexBloat"),
  FAILED_BUILD("InvalidIndex"),
  LEFTOVER("InvalidIndex"),
  STALE_STATISTICS("StaleStatistics"),
  FOREIGN_KEY_WITHOUT_INDEX("MissingForeignKeyIndex"),
  DUPLICATE_INDEX("DuplicateIndex");

  /** At which faults as small as those of {@link Faults} are found. */
  public static final InspectionOptions THRESHOLDS =
      InspectionOptions.of(
          Map.of(
              "IndexBloat.minSaving", "100Ki",
              "DuplicateIndex.minSize", "0",
              "MissingForeignKeyIndex.minTableSize", "0"));

  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

  private final String detector;

  Ailment(String detector) {
    this.detector = detector;
  }

  /** Brings it about and finds it. */
  public Finding bringAbout(TestDatabase database) throws SQLException {
    cause(database);
    return new Inspector(database.server(), new Memory())
        .inspect(database.name(), THRESHOLDS, LONG_ENOUGH).findings().stream()
            .filter(finding -> finding.detector().equals(detector))
            .findFirst()
            .orElseThrow();
  }

  /** Brings it about and says what mends it. */
  public RepairPlan planIn(TestDatabase database) throws SQLException {
    return Repairs.planFor(bringAbout(database)).orElseThrow();
  }

  /** Whether its detector finds nothing any more. */
  public boolean isMended(TestDatabase database) throws SQLException {
    Faults.flushStatistics(database);
    return new Inspector(database.server(), new Memory())
        .inspect(database.name(), THRESHOLDS, LONG_ENOUGH).findings().stream()
            .noneMatch(finding -> finding.detector().equals(detector));
  }

  private void cause(TestDatabase database) {
    switch (this) {
      case BLOATED_INDEX -> Faults.bloatedIndex(database, "orders", "orders_id");
      case FAILED_BUILD -> Faults.failedBuild(database, "orders", "orders_id");
      case LEFTOVER -> Faults.leftoverOfRebuild(database, "orders", "orders_id");
      case STALE_STATISTICS -> Faults.staleStatistics(database, "orders");
      case FOREIGN_KEY_WITHOUT_INDEX -> Faults.foreignKeyWithoutIndex(database, "people", "orders");
      case DUPLICATE_INDEX ->
          Faults.duplicateIndexes(database, "orders", "orders_id", "orders_id_2");
    }
  }
}
