// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.FakeJournal;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.StrangeFaults;
import dev.pgmend.healing.testing.StrangeNames;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

@Label("Whatever things are called")
class StrangeNamesTest {
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

  /** At which the faults are found, small and young as they are. */
  private static final InspectionOptions SMALL =
      InspectionOptions.of(
          Map.of(
              "IndexBloat.minSaving", "100Ki",
              "DuplicateIndex.minSize", "0",
              "MissingForeignKeyIndex.minTableSize", "0",
              "AutovacuumLag.minDeadRows", "1000",
              "TableBloat.minWasted", "1Ki",
              "UnusedIndex.minSize", "0",
              "UnusedIndex.minUnused", "0s",
              "Wraparound.warnXidAge", "500"));

  /** What repairs change and take back. */
  private static final String PICTURE =
      """
      SELECT pg_get_indexdef(indexrelid) || indisvalid FROM pg_index
      UNION ALL
      SELECT oid::regclass || coalesce(reloptions::text, '') FROM pg_class
       WHERE relkind NOT IN ('i', 'I', 't')
      UNION ALL
      SELECT seqrelid::regclass || ' ' || seqtypid::regtype FROM pg_sequence
      UNION ALL
      SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
       ORDER BY 1
      """;

  @Provide
  Arbitrary<List<String>> names() {
    return StrangeNames.different(StrangeFaults.NAMES);
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  @Label("every fault is found, is mended where it is, and what was done can be taken back")
  void everyFaultIsMended(@ForAll("names") List<String> names) throws SQLException {
    try (var database = TestServers.newest().createDatabase()) {
      var faults = StrangeFaults.in(database, names);
      var findings = inspect(database);

      assertThat(findings).extracting(StrangeNamesTest::nameOf).containsAll(faults.expected());
      assertThat(findings)
          .allSatisfy(finding -> {
            assertThat(DetectorFailure.detectorOf(finding)).as(finding.summary()).isEmpty();
            assertThat(finding.target())
                .satisfiesAnyOf(
                    target -> assertThat(target.schema()).isEqualTo(faults.schema()),
                    target -> assertThat(target.object()).startsWith("collation "));
            assertThat(faults.untouchable()).doesNotContain(finding.target().relation());
          });
      for (var finding : findings) {
        Repairs.planFor(finding).ifPresent(plan -> mendAndTakeBack(database, finding, plan));
      }
    }
  }

  private static List<Finding> inspect(TestDatabase database) throws SQLException {
    return new Inspector(database.server(), new Memory())
        .inspect(database.name(), SMALL, LONG_ENOUGH)
        .findings();
  }

  private static void mendAndTakeBack(TestDatabase database, Finding finding, RepairPlan plan) {
    var before = database.texts(PICTURE);
    var journal = new FakeJournal();

    assertThat(Runs.in(database).run(plan, journal))
        .as(finding.summary())
        .isEqualTo(new RunResult.Completed());

    Faults.flushStatistics(database);
    // What was dead rows may be free space now, which is well.
    assertThat(lookAgain(database, finding).flatMap(Repairs::planFor)).isEmpty();
    if (!plan.undo().isEmpty()) {
      assertThat(Runs.in(database).run(plan, Direction.BACK, journal))
          .as(finding.summary())
          .isEqualTo(new RunResult.Completed());
      assertThat(database.texts(PICTURE)).isEqualTo(before);
    }
  }

  private static Optional<Finding> lookAgain(TestDatabase database, Finding finding) {
    try {
      return new Inspector(database.server(), new Memory()).lookAgain(finding, SMALL, LONG_ENOUGH);
    } catch (SQLException | InspectionException e) {
      throw new AssertionError(finding.summary(), e);
    }
  }

  private static String nameOf(Finding finding) {
    var target = finding.target();
    return finding.detector()
        + " "
        + (target.index().isEmpty() ? target.relation() : target.index());
  }
}
