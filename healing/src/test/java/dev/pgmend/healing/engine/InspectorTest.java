// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.testing.Ailment;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.FakeJournal;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InspectorTest {
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

  @EachPostgres
  void aHealthyDatabaseHasNoFinding(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX ON orders (id)", "ANALYZE");

    var report = inspect(database, Ailment.THRESHOLDS, LONG_ENOUGH);

    assertThat(report.findings()).isEmpty();
    assertThat(report.database()).isEqualTo(database.name());
    assertThat(report.facts().extensions()).containsKey("pgstattuple");
    assertThat(InspectionReport.healthScore(report.findings())).isEqualTo(100);
  }

  @EachPostgres
  void everyFaultIsFoundAndTheWorstComesFirst(TestDatabase database) throws SQLException {
    everyFault(database);

    var findings = inspect(database, Ailment.THRESHOLDS, LONG_ENOUGH).findings();

    assertThat(findings)
        .extracting(finding -> finding.detector() + " " + finding.target())
        .containsExactly(
            "DuplicateIndex public.twins(twins_2)",
            "IndexBloat public.bloated(bloated_id)",
            "InvalidIndex public.broken(broken_id)",
            "MissingForeignKeyIndex public.child(parent_id)",
            "StaleStatistics public.broken",
            "StaleStatistics public.twins");
    assertThat(findings)
        .extracting(Finding::severity)
        .isSortedAccordingTo(Collections.reverseOrder());
    assertThat(InspectionReport.healthScore(findings)).isEqualTo(100 - 6 * 8);
  }

  @EachPostgres
  void noDetectorTakesMoreThanAReadersLock(TestDatabase database)
      throws SQLException, InspectionException {
    everyFault(database);
    try (var session = database.session(Purpose.INSPECT)) {
      var inspection =
          Inspection.begin(
              session, Ailment.THRESHOLDS, new Memory(), Deadline.after(LONG_ENOUGH), List.of());
      // What a transaction locks it keeps to its end, so that it can be seen.
      session.execute("BEGIN");
      var seen = new ArrayList<Finding>();
      for (var detector : ServiceLoader.load(Detector.class)) {
        var found = new ArrayList<>(detector.detect(inspection));
        var advised =
            new Finding(
                detector.name(),
                Severity.WARNING,
                Target.columns(database.name(), "public", "child", List.of("parent_id")),
                "",
                Map.of());
        detector.lookAgain(inspection, advised).ifPresent(found::add);
        seen.addAll(found);
      }

      assertThat(seen).hasSizeGreaterThan(6);
      assertThat(
              session.query(
                  """
                  SELECT DISTINCT mode FROM pg_locks
                   WHERE pid = pg_backend_pid() AND locktype <> 'virtualxid'
                  """,
                  row -> row.getString(1)))
          .containsExactly("AccessShareLock");
      session.execute("ROLLBACK");
    }
  }

  @EachPostgres
  void ofATableThatIsLockedItIsSaidAndTheRestIsSeen(TestDatabase database) throws SQLException {
    everyFault(database);
    Faults.bloatedIndex(database, "locked", "locked_id");
    try (var _ = database.begin("LOCK TABLE locked", "TRUNCATE locked")) {
      var thresholds = new HashMap<>(Ailment.THRESHOLDS.thresholds().settings());
      thresholds.put("TableBloat.minWasted", "100Ki");
      var findings =
          inspect(database, InspectionOptions.of(thresholds), Duration.ofSeconds(10)).findings();

      assertThat(findings)
          .extracting(Finding::detector)
          .contains(
              "IndexBloat",
              "DuplicateIndex",
              "InvalidIndex",
              "MissingForeignKeyIndex",
              "StaleStatistics");
      assertThat(findings)
          .filteredOn(finding -> finding.detector().equals(DetectorFailure.NAME))
          .extracting(finding -> DetectorFailure.detectorOf(finding) + " " + finding.target())
          .containsExactlyInAnyOrder(
              "IndexBloat public.locked(locked_id)",
              "TableBloat public.locked",
              "CorruptIndex public.locked");
    }
  }

  @EachPostgres
  void reportsFailedDetectorAndRunsTheOthers(TestDatabase database) throws SQLException {
    everyFault(database);
    var memory = new Memory();
    // The next table to check, garbled.
    memory.keep("CorruptIndex.position " + database.name(), "garbled");

    var findings =
        new Inspector(database.server(), memory)
            .inspect(database.name(), InspectionOptions.DEFAULTS, LONG_ENOUGH)
            .findings();

    assertThat(findings).extracting(Finding::detector).contains("InvalidIndex", "StaleStatistics");
    assertThat(findings)
        .filteredOn(finding -> finding.detector().equals(DetectorFailure.NAME))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.INFO);
          assertThat(finding.target()).isEqualTo(Target.database(database.name()));
          assertThat(finding.evidence()).containsEntry("detector", "CorruptIndex");
          assertThat(finding.summary()).contains("garbled");
        });
  }

  @EachPostgres
  void whenTheTimeIsSpentTheRestSaysSo(TestDatabase database) throws SQLException {
    everyFault(database);

    var inspector = new Inspector(database.server(), new Memory());
    var unseen =
        Stream.concat(
                inspector
                    .inspect(database.name(), Ailment.THRESHOLDS, Duration.ZERO)
                    .findings()
                    .stream(),
                inspector
                    .inspectServer(Ailment.THRESHOLDS, Duration.ZERO, List.of())
                    .findings()
                    .stream())
            .toList();

    assertThat(unseen)
        .extracting(DetectorFailure::detectorOf)
        .containsExactlyInAnyOrderElementsOf(Inspector.detectors());
    assertThat(unseen)
        .allSatisfy(finding -> assertThat(finding.summary()).contains("ran out of time"));
  }

  @EachPostgres
  void oneFindingCanBeLookedForAgain(TestDatabase database)
      throws SQLException, InspectionException {
    var finding = Ailment.BLOATED_INDEX.bringAbout(database);
    var inspector = new Inspector(database.server(), new Memory());
    assertThat(inspector.lookAgain(finding, Ailment.THRESHOLDS, LONG_ENOUGH)).hasValue(finding);

    database.execute("REINDEX INDEX orders_id");

    assertThat(inspector.lookAgain(finding, Ailment.THRESHOLDS, LONG_ENOUGH)).isEmpty();
  }

  @EachPostgres
  void theDatabasesOneMayConnectToAreListed(TestDatabase database) throws SQLException {
    assertThat(new Inspector(database.server(), new Memory()).databases())
        .contains(database.name(), "postgres")
        .doesNotContain("template0", "template1");
  }

  @Test
  void aDatabaseOfAnyNameIsInspectedAndMended() throws SQLException {
    try (var database = TestServers.newest().createDatabase("Mine & \"yours\" 100% ü?a=b#c/d")) {
      var plan = Ailment.BLOATED_INDEX.planIn(database);

      assertThat(Runs.in(database).run(plan, new FakeJournal()))
          .isEqualTo(new RunResult.Completed());
      assertThat(Ailment.BLOATED_INDEX.isMended(database)).isTrue();
    }
  }

  @Test
  void aHealthScoreNeverFallsBelowZero() {
    var critical = new Finding("X", Severity.CRITICAL, Target.database("d"), "bad", Map.of());
    var info = new Finding("X", Severity.INFO, Target.database("d"), "well", Map.of());

    assertThat(InspectionReport.healthScore(List.of(info))).isEqualTo(100);
    assertThat(InspectionReport.healthScore(List.of(critical, info))).isEqualTo(70);
    assertThat(InspectionReport.healthScore(Collections.nCopies(9, critical))).isZero();
  }

  private static InspectionReport inspect(
      TestDatabase database, InspectionOptions thresholds, Duration atMost) throws SQLException {
    Faults.flushStatistics(database);
    return new Inspector(database.server(), new Memory())
        .inspect(database.name(), thresholds, atMost);
  }

  private static void everyFault(TestDatabase database) {
    Faults.bloatedIndex(database, "bloated", "bloated_id");
    Faults.failedBuild(database, "broken", "broken_id");
    Faults.duplicateIndexes(database, "twins", "twins_1", "twins_2");
    Faults.foreignKeyWithoutIndex(database, "parent", "child");
    database.execute("ANALYZE parent");
  }
}
