// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.journal.JournalEntry.Event;
import dev.pgmend.healing.repair.Progress;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.StepOutcome;
import dev.pgmend.healing.testing.Ailment;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.FakeJournal;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The process ends in good order while a statement runs: the server goes on with it. */
class LetGoTest {
  private static final String REINDEX = "REINDEX INDEX CONCURRENTLY";

  private final FakeJournal journal = new FakeJournal();

  @EachPostgres
  void theNextRunWaitsForTheBuildAndItIsBuiltOnce(TestDatabase database) throws SQLException {
    lookForClientsOften(database);
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var told = new CopyOnWriteArrayList<Progress>();
    var runs = Runs.in(database);
    try (var writer = database.begin("UPDATE orders SET note = 'x' WHERE id = 10")) {
      runAndLetGo(runs, plan, REINDEX);
      assertThat(journal.events()).containsExactly(Event.INTENDED);
      var next =
          TestDatabase.inBackground(
              () -> runs.telling((_, _, progress) -> told.add(progress)).run(plan, journal));
      await().until(() -> told.size() > 1);
      assertThat(runs.isRunning(REINDEX)).isTrue();

      writer.commit();
      assertThat(next.join()).isEqualTo(new RunResult.Completed());
    }
    assertThat(journal.events()).containsExactly(Event.INTENDED, Event.DONE);
    assertThat(runs.timesRun(REINDEX)).isEqualTo(1);
    assertThat(runs.invalidIndexes()).isZero();
    assertThat(Ailment.BLOATED_INDEX.isMended(database)).isTrue();
  }

  @EachPostgres
  void whatStillRunsIsCalledOffWhereItMayNotGoOn(TestDatabase database) throws SQLException {
    lookForClientsOften(database);
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var runs = Runs.in(database);
    try (var writer = database.begin("UPDATE orders SET note = 'x' WHERE id = 10")) {
      runAndLetGo(runs, plan, REINDEX);
      var paused = runs.haltedWhen(() -> Optional.of("paused"));
      var next = TestDatabase.inBackground(() -> paused.run(plan, journal));
      await().until(() -> !runs.isRunning(REINDEX));

      // To drop what was half made waits for the same transaction.
      writer.commit();
      assertThat(next.join()).isEqualTo(new RunResult.Held(RunResult.Held.HALT, "paused"));
    }
    assertThat(runs.invalidIndexes()).isZero();
    assertThat(Ailment.BLOATED_INDEX.isMended(database)).isFalse();
    assertThat(runs.run(plan, journal)).isEqualTo(new RunResult.Completed());
    assertThat(Ailment.BLOATED_INDEX.isMended(database)).isTrue();
  }

  @EachPostgres
  void aWordForTheClientThatHasGoneDoesNotEndIt(TestDatabase database) {
    database.execute("CREATE TABLE gate ()", "CREATE TABLE done (step int)");
    var step =
        new FakeStep(
            """
            DO $$ BEGIN
              LOCK TABLE public.gate IN ACCESS SHARE MODE;
              FOR i IN 1..5 LOOP
                RAISE WARNING 'is anybody there?';
                PERFORM pg_sleep(0.05);
              END LOOP;
              INSERT INTO public.done VALUES (1);
            END $$
            """,
            StepOutcome.DONE);
    try (var gate = database.begin("LOCK TABLE gate")) {
      runAndLetGo(Runs.in(database), FakeStep.plan(database, step), "DO");
      gate.commit();
    }
    await().until(() -> database.number("SELECT count(*) FROM done") == 1);
  }

  /** As the operator does with its runs when it is told to stop. */
  private void runAndLetGo(Runs runs, RepairPlan plan, String statementsBeginning) {
    var result = new CompletableFuture<RunResult>();
    var run = Thread.ofVirtual().start(() -> result.complete(runs.run(plan, journal)));
    await().until(() -> runs.isRunning(statementsBeginning));
    run.interrupt();
    assertThat(result.orTimeout(5, TimeUnit.SECONDS).join())
        .isInstanceOf(RunResult.Interrupted.class);
  }

  /** What a cautious DBA sets, so that nothing runs on for clients that have gone. */
  private static void lookForClientsOften(TestDatabase database) {
    database.execute(
        "ALTER DATABASE %s SET client_connection_check_interval = '50ms'"
            .formatted(database.name()));
  }
}
