// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.journal.JournalEntry.Event;
import dev.pgmend.healing.repair.ReindexConcurrently;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.Ailment;
import dev.pgmend.healing.testing.FakeJournal;
import dev.pgmend.healing.testing.FakeJournal.Crash;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestServer;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The process dies at each point of its record in turn; the next one must make it good. */
class CrashTest {
  static Stream<Arguments> repairsAndCrashes() {
    return TestServers.each()
        .flatMap(server ->
            Arrays.stream(Ailment.values())
                .flatMap(ailment ->
                    crashes(2).map(c -> Arguments.of(server, ailment, c.append, c.crash))));
  }

  static Stream<Arguments> undosAndCrashes() {
    return TestServers.each()
        .flatMap(server ->
            Stream.of(Ailment.FOREIGN_KEY_WITHOUT_INDEX, Ailment.DUPLICATE_INDEX)
                .flatMap(ailment ->
                    crashes(2).map(c -> Arguments.of(server, ailment, c.append, c.crash))));
  }

  static Stream<Arguments> failuresAndCrashes() {
    return TestServers.each()
        .flatMap(server -> crashes(3).map(c -> Arguments.of(server, c.append, c.crash)));
  }

  private record DeathAt(int append, Crash crash) {}

  @ParameterizedTest(name = "{0}: {1}, append {2}, {3}")
  @MethodSource("repairsAndCrashes")
  void theNextProcessCompletesTheRepairAndRunsItOnce(
      TestServer server, Ailment ailment, int append, Crash crash) throws SQLException {
    try (var database = server.createDatabase()) {
      var plan = ailment.planIn(database);
      var runs = Runs.in(database);
      var journal = FakeJournal.dyingAt(append, crash);
      dies(() -> runs.run(plan, journal));
      // No process starts so quickly that Postgres 14 has not counted an ANALYZE by then.
      Faults.flushStatistics(database);

      var found = journal.afterRestart();
      assertThat(runs.run(plan, found)).isEqualTo(new RunResult.Completed());

      assertThat(found.events()).endsWith(Event.DONE).containsOnlyOnce(Event.DONE);
      assertThat(runs.timesRun(beginningOf(plan.statements().getFirst()))).isEqualTo(1);
      assertThat(runs.invalidIndexes()).isZero();
      assertThat(ailment.isMended(database)).isTrue();
    }
  }

  @ParameterizedTest(name = "{0}: {1}, append {2}, {3}")
  @MethodSource("undosAndCrashes")
  void theNextProcessCompletesTheUndoAndRunsItOnce(
      TestServer server, Ailment ailment, int append, Crash crash) throws SQLException {
    try (var database = server.createDatabase()) {
      var plan = ailment.planIn(database);
      var runs = Runs.in(database);
      assertThat(runs.run(plan, new FakeJournal())).isEqualTo(new RunResult.Completed());
      var journal = FakeJournal.dyingAt(append, crash);
      dies(() -> runs.run(plan, Direction.BACK, journal));

      var found = journal.afterRestart();
      assertThat(runs.run(plan, Direction.BACK, found)).isEqualTo(new RunResult.Completed());

      assertThat(found.events()).endsWith(Event.UNDONE).containsOnlyOnce(Event.UNDONE);
      assertThat(runs.timesRun(beginningOf(plan.undoStatements().getFirst()))).isEqualTo(1);
      assertThat(runs.invalidIndexes()).isZero();
      assertThat(ailment.isMended(database)).isFalse();
    }
  }

  @ParameterizedTest(name = "{0}: append {1}, {2}")
  @MethodSource("failuresAndCrashes")
  void theNextProcessCleansUpWhatAFailureLeft(TestServer server, int append, Crash crash) {
    try (var database = server.createDatabase()) {
      Faults.duplicateKeys(database, "orders", "orders_id");
      var plan =
          Repairs.planFor(
                  new Finding(
                          "InvalidIndex",
                          Severity.WARNING,
                          Target.index(database.name(), "public", "orders", "orders_id"),
                          "invalid",
                          Map.of("leftover", "false"))
                      .fixedBy(ReindexConcurrently.TYPE))
              .orElseThrow();
      var runs = Runs.in(database);
      var journal = FakeJournal.dyingAt(append, crash);
      dies(() -> runs.run(plan, journal));

      assertThat(runs.run(plan, journal.afterRestart()))
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> assertThat(failed.reason()).isEqualTo("DuplicateKeys"));
      assertThat(database.texts("SELECT indexname FROM pg_indexes WHERE tablename = 'orders'"))
          .containsExactly("orders_id");
    }
  }

  private static Stream<DeathAt> crashes(int appends) {
    return IntStream.rangeClosed(1, appends)
        .boxed()
        .flatMap(append -> Arrays.stream(Crash.values()).map(crash -> new DeathAt(append, crash)));
  }

  private static void dies(Runnable run) {
    assertThat(catchThrowable(run::run))
        .isInstanceOfAny(Journal.JournalException.class, FakeJournal.ProcessDied.class);
  }

  /** The first two words, by which pg_stat_statements is asked. */
  private static String beginningOf(String statement) {
    return Arrays.stream(statement.split(" ", 3)).limit(2).reduce((a, b) -> a + " " + b).orElse("");
  }
}
