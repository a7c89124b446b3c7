// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.guard.Limits;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.journal.JournalEntry.Event;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.repair.Progress;
import dev.pgmend.healing.repair.ReindexConcurrently;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.StepOutcome;
import dev.pgmend.healing.testing.Ailment;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.FakeJournal;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.ManualClock;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionRunnerTest {
  private static final String REINDEX = "REINDEX INDEX CONCURRENTLY";
  private static final String WRITE = "UPDATE orders SET note = 'x' WHERE id = 10";

  private final FakeJournal journal = new FakeJournal();

  @EachPostgres
  void theIntentIsOnRecordBeforeTheEndIs(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var oid = database.text("SELECT 'orders_id'::regclass::oid");

    assertThat(Runs.in(database).run(plan, journal)).isEqualTo(new RunResult.Completed());

    assertThat(journal.events()).containsExactly(Event.INTENDED, Event.DONE);
    assertThat(journal.entries()).extracting(JournalEntry::sequence).containsExactly(1, 2);
    assertThat(journal.entries())
        .allSatisfy(entry -> {
          assertThat(entry.step()).isZero();
          assertThat(entry.at()).isEqualTo(Runs.NOW);
          assertThat(entry.statement())
              .isEqualTo("REINDEX INDEX CONCURRENTLY \"public\".\"orders_id\"");
        });
    assertThat(journal.entries().getFirst().details()).containsEntry("indexOid", oid);
    assertThat(Ailment.BLOATED_INDEX.isMended(database)).isTrue();
  }

  @EachPostgres
  void aRunThatWasCompletedDoesNothingMore(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var runs = Runs.in(database);
    runs.run(plan, journal);

    assertThat(runs.run(plan, journal)).isEqualTo(new RunResult.Completed());

    assertThat(journal.events()).containsExactly(Event.INTENDED, Event.DONE);
    assertThat(runs.timesRun(REINDEX)).isEqualTo(1);
  }

  @EachPostgres
  void whileItRunsItHoldsTheLockUnderTheActionsNameAndTellsItsProgress(TestDatabase database)
      throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var told = new CopyOnWriteArrayList<Progress>();
    var runs =
        Runs.in(database)
            .telling((step, steps, progress) -> {
              assertThat(step).isZero();
              assertThat(steps).isEqualTo(1);
              told.add(progress);
            });
    try (var writer = database.begin(WRITE)) {
      var run = inBackground(runs, plan);
      await().until(() -> runs.isRunning(REINDEX));

      assertThat(
              database.texts(
                  """
                  SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                   WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
                     AND l.classid = 1885826404 AND l.objid = 1
                  """))
          .containsExactly("pgmend/a1");
      await().until(() -> !told.isEmpty());
      assertThat(told.getFirst().phase()).isEqualTo("waiting for writers before build");
      assertThat(told.getFirst().percent()).isBetween(1, 2);

      writer.commit();
      assertThat(run.join()).isEqualTo(new RunResult.Completed());
    }
    // The server notices that a client has gone a moment after the client has.
    await()
        .until(() ->
            database.isTrue(
                """
                SELECT NOT EXISTS (
                  SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                   WHERE l.locktype = 'advisory' AND d.datname = current_database())
                """));
  }

  @EachPostgres
  void aGuardThatHoldsLeavesNothingAndLaterItGoesOn(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var runs = Runs.in(database).withoutPatienceForTransactions();
    try (var _ = database.begin(WRITE)) {
      assertThat(runs.run(plan, journal))
          .isInstanceOfSatisfying(
              RunResult.Held.class,
              held -> assertThat(held.guard()).isEqualTo("NoLongTransaction"));
      assertThat(journal.entries()).isEmpty();
    }

    assertThat(runs.run(plan, journal)).isEqualTo(new RunResult.Completed());
  }

  @EachPostgres
  void whoWaitsForALockOfOursMakesItCallItselfOff(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var runs = Runs.in(database);
    try (var writer = database.begin(WRITE)) {
      var run = inBackground(runs, plan);
      await().until(() -> runs.isRunning(REINDEX));
      var waiter = database.inBackground("ALTER TABLE orders ADD more int");
      await().until(() -> journal.events().contains(Event.FAILED));
      writer.commit();
      waiter.join();

      assertThat(run.join())
          .isInstanceOfSatisfying(
              RunResult.Held.class, held -> assertThat(held.guard()).isEqualTo("LockQueueClear"));
    }
    assertThat(runs.invalidIndexes()).isZero();
    assertThat(journal.events()).containsExactly(Event.INTENDED, Event.FAILED, Event.CLEANED_UP);

    assertThat(runs.run(plan, journal)).isEqualTo(new RunResult.Completed());
    assertThat(runs.timesRun(REINDEX)).isEqualTo(1);
  }

  @EachPostgres
  void aListenerThatFailsDoesNotBlindTheGuards(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var runs =
        Runs.in(database)
            .telling((_, _, _) -> {
              throw new IllegalStateException("nobody listens");
            });
    try (var writer = database.begin(WRITE)) {
      var run = inBackground(runs, plan);
      await().until(() -> runs.isRunning(REINDEX));
      var waiter = database.inBackground("ALTER TABLE orders ADD more int");
      try {
        await().until(() -> journal.events().contains(Event.FAILED));
      } finally {
        writer.commit();
      }
      waiter.join();

      assertThat(run.join()).isInstanceOf(RunResult.Held.class);
    }
  }

  @EachPostgres
  void oneActionIsAtWorkInADatabaseAtATime(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var runs = Runs.in(database);
    try (var writer = database.begin(WRITE)) {
      var run = inBackground(runs, plan);
      await().until(() -> runs.isRunning(REINDEX));

      var others = new FakeJournal();
      assertThat(runs.as("a2").run(plan, others))
          .isInstanceOfSatisfying(
              RunResult.Held.class, held -> assertThat(held.guard()).isEqualTo("OneAtATime"));
      assertThat(others.entries()).isEmpty();

      writer.commit();
      assertThat(run.join()).isEqualTo(new RunResult.Completed());
    }
  }

  @EachPostgres
  void duplicateKeysFailItAndNothingIsLeft(TestDatabase database) {
    Faults.duplicateKeys(database, "orders", "orders_id");
    var plan = rebuildOfInvalid(database);

    assertThat(Runs.in(database).run(plan, journal))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("DuplicateKeys");
              assertThat(failed.message()).contains("Remove the duplicate rows first");
            });
    assertThat(journal.events()).containsExactly(Event.INTENDED, Event.FAILED, Event.CLEANED_UP);
    assertThat(indexesOf(database, "orders")).containsExactly("orders_id");
  }

  @EachPostgres
  void whatADbaCancelsFailsAndIsCleanedUp(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var runs = Runs.in(database);
    try (var writer = database.begin(WRITE)) {
      var run = inBackground(runs, plan);
      await().until(() -> runs.isRunning(REINDEX));
      database.execute("SELECT pg_cancel_backend(%d)".formatted(runs.backendPid()));
      await().until(() -> journal.events().contains(Event.FAILED));
      writer.commit();

      assertThat(run.join())
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> {
                assertThat(failed.reason()).isEqualTo("Cancelled");
                assertThat(failed.message()).contains("proposed again after a day");
              });
    }
    assertThat(indexesOf(database, "orders")).containsExactly("orders_id");
  }

  @EachPostgres
  void whatIsKilledIsInterruptedAndTheNextRunMendsWhatItLeft(TestDatabase database)
      throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var runs = Runs.in(database);
    try (var writer = database.begin(WRITE)) {
      var run = inBackground(runs, plan);
      await().until(() -> runs.isRunning(REINDEX));
      database.execute("SELECT pg_terminate_backend(%d)".formatted(runs.backendPid()));

      assertThat(run.join()).isInstanceOf(RunResult.Interrupted.class);
      writer.commit();
    }
    assertThat(indexesOf(database, "orders")).containsExactly("orders_id", "orders_id_ccnew");

    assertThat(runs.run(plan, journal)).isEqualTo(new RunResult.Completed());

    assertThat(indexesOf(database, "orders")).containsExactly("orders_id");
    assertThat(journal.events())
        .containsExactly(
            Event.INTENDED, Event.FAILED, Event.CLEANED_UP, Event.INTENDED, Event.DONE);
    assertThat(runs.timesRun(REINDEX)).isEqualTo(1);
  }

  @EachPostgres
  void aStatementThatBreaksItsConnectionEachTimeIsNotRunForEver(TestDatabase database) {
    var step = new FakeStep("SELECT pg_terminate_backend(pg_backend_pid())", StepOutcome.UNTOUCHED);
    var plan = FakeStep.plan(database, step);
    var runs = Runs.in(database);
    for (int i = 0; i < 3; i++) {
      assertThat(runs.run(plan, journal)).isInstanceOf(RunResult.Interrupted.class);
    }

    assertThat(runs.run(plan, journal))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> assertThat(failed.message()).contains("was lost 3 times"));
    assertThat(journal.events()).filteredOn(event -> event == Event.INTENDED).hasSize(3);
  }

  @EachPostgres
  void aProcessMayDieMoreOftenThanAConnectionButNotForEver(TestDatabase database) {
    var plan = FakeStep.plan(database, new FakeStep("SELECT 1", StepOutcome.UNTOUCHED));
    for (int i = 1; i <= 9; i++) {
      journal.append(new JournalEntry(i, 0, Event.INTENDED, "SELECT 1", Runs.NOW, Map.of()));
    }
    var tenth = journal.afterRestart();
    tenth.append(new JournalEntry(10, 0, Event.INTENDED, "SELECT 1", Runs.NOW, Map.of()));

    assertThat(Runs.in(database).run(plan, journal)).isEqualTo(new RunResult.Completed());
    assertThat(Runs.in(database).run(plan, tenth))
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> assertThat(failed.message()).contains("ended 10 times"));
  }

  @EachPostgres
  void aPredecessorThatStillRunsIsWaitedForAndNotRepeated(TestDatabase database)
      throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    var told = new CopyOnWriteArrayList<Progress>();
    var runs = Runs.in(database).telling((_, _, progress) -> told.add(progress));
    intended(database, plan);
    try (var writer = database.begin(WRITE)) {
      var predecessor =
          database.inBackground(
              "SET application_name = 'pgmend/a1'",
              "SELECT pg_advisory_lock(1885826404, 1)",
              "/* pgmend */ " + plan.statements().getFirst() + " /* pgmend */");
      await().until(() -> runs.isRunning(REINDEX));
      var successor = inBackground(runs, plan);
      await().until(() -> !told.isEmpty());
      assertThat(successor).isNotDone();

      writer.commit();
      predecessor.join();
      assertThat(successor.join()).isEqualTo(new RunResult.Completed());
    }
    assertThat(runs.timesRun(REINDEX)).isEqualTo(1);
    assertThat(journal.events()).containsExactly(Event.INTENDED, Event.DONE);
    assertThat(Ailment.BLOATED_INDEX.isMended(database)).isTrue();
  }

  @EachPostgres
  void anIdlePredecessorIsEnded(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    intended(database, plan);
    try (var predecessor = database.connect();
        var statement = predecessor.createStatement()) {
      statement.execute("SET application_name = 'pgmend/a1'");
      statement.execute("SELECT pg_advisory_lock(1885826404, 1)");

      assertThat(Runs.in(database).run(plan, journal)).isEqualTo(new RunResult.Completed());

      assertThat(predecessor.isValid(5)).isFalse();
    }
  }

  @EachPostgres
  void whatWasDoneIsTakenBackStepByStep(TestDatabase database) throws SQLException {
    var plan = Ailment.DUPLICATE_INDEX.planIn(database);
    var runs = Runs.in(database);
    var definition = database.text("SELECT pg_get_indexdef('orders_id_2'::regclass)");
    assertThat(runs.run(plan, journal)).isEqualTo(new RunResult.Completed());
    assertThat(indexesOf(database, "orders")).containsExactly("orders_id");

    assertThat(runs.run(plan, Direction.BACK, journal)).isEqualTo(new RunResult.Completed());

    assertThat(database.text("SELECT pg_get_indexdef('orders_id_2'::regclass)"))
        .isEqualTo(definition);
    assertThat(journal.events())
        .containsExactly(Event.INTENDED, Event.DONE, Event.UNDOING, Event.UNDONE);
  }

  @EachPostgres
  void aTargetThatIsGoneFailsIt(TestDatabase database) throws SQLException {
    var plan = Ailment.BLOATED_INDEX.planIn(database);
    database.execute("DROP TABLE orders");

    assertThat(Runs.in(database).run(plan, journal))
        .isInstanceOfSatisfying(
            RunResult.Failed.class, failed -> assertThat(failed.reason()).isEqualTo("TargetGone"));
    assertThat(journal.entries()).isEmpty();
  }

  @EachPostgres
  void aLockThatWasNotFreeInTimeIsTriedAgain(TestDatabase database) {
    var plan = FakeStep.plan(database, FakeStep.failing(database, "55P03", 1));

    assertThat(Runs.in(database).run(plan, journal)).isEqualTo(new RunResult.Completed());

    assertThat(journal.events())
        .containsExactly(Event.INTENDED, Event.FAILED, Event.INTENDED, Event.DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "53100, DiskFull, Free disk space on the server.",
    "42501, MissingRights, The role must own the table",
    "3F000, TargetGone, no luck",
    "57014, Cancelled, Someone cancelled it",
    "XX001, SqlError, no luck"
  })
  void whatTheServerRefusesIsToldInWordsThatHelp(String state, String reason, String advice) {
    try (var database = TestServers.newest().createDatabase()) {
      var plan = FakeStep.plan(database, FakeStep.failing(database, state, 1));

      assertThat(Runs.in(database).run(plan, journal))
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> {
                assertThat(failed.reason()).isEqualTo(reason);
                assertThat(failed.message()).contains("no luck", advice);
              });
      assertThat(journal.events()).containsExactly(Event.INTENDED, Event.FAILED);
    }
  }

  @EachPostgres
  void whatTheServerWouldSkipForWantOfRightsFails(TestDatabase database) throws SQLException {
    var plan = Ailment.STALE_STATISTICS.planIn(database);
    var role = database.createRole("pg_read_all_stats");
    var runs = Runs.in(database);
    var onlooker = new ActionRunner(database.serverAs(role), new ManualClock(Runs.NOW));

    var result =
        onlooker.run("a1", plan, Direction.FORWARD, runs.limits(), journal, runs.listener());

    assertThat(result)
        .isInstanceOfSatisfying(
            RunResult.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("MissingRights");
              assertThat(failed.message())
                  .contains("cannot maintain table public.orders", "The role must own the table");
            });
    assertThat(journal.events()).isEmpty();
  }

  @EachPostgres
  void whoHasTheOwnersRightsMaintainsATable(TestDatabase database) throws SQLException {
    var plan = Ailment.STALE_STATISTICS.planIn(database);
    var owner = database.createRole();
    database.execute("ALTER TABLE orders OWNER TO " + Identifiers.quote(owner));
    var role = database.createRole("pg_read_all_stats", Identifiers.quote(owner));
    var runs = Runs.in(database);
    var member = new ActionRunner(database.serverAs(role), new ManualClock(Runs.NOW));

    assertThat(member.run("a1", plan, Direction.FORWARD, runs.limits(), journal, runs.listener()))
        .isEqualTo(new RunResult.Completed());
    assertThat(Ailment.STALE_STATISTICS.isMended(database)).isTrue();
  }

  @EachPostgres
  void aCleanupThatTheServerRefusesFailsTheRun(TestDatabase database) {
    var step =
        new FakeStep("SELECT 1", new StepOutcome(false, List.of("DROP TABLE public.not_there")));
    journal.append(new JournalEntry(1, 0, Event.INTENDED, step.sql(), Runs.NOW, Map.of()));

    assertThat(Runs.in(database).run(FakeStep.plan(database, step), journal))
        .isInstanceOfSatisfying(
            RunResult.Failed.class, failed -> assertThat(failed.reason()).isEqualTo("TargetGone"));
  }

  @EachPostgres
  void aPlanGoesOnWithTheStepThatIsNext(TestDatabase database) {
    database.execute("CREATE TABLE done (step text)");
    var plan =
        FakeStep.plan(
            database,
            new FakeStep("INSERT INTO public.done VALUES ('first')", StepOutcome.DONE),
            FakeStep.failing(database, "53100", 1),
            new FakeStep("INSERT INTO public.done VALUES ('last')", StepOutcome.DONE));
    var runs = Runs.in(database);
    assertThat(runs.run(plan, journal)).isInstanceOf(RunResult.Failed.class);
    assertThat(database.texts("SELECT step FROM done")).containsExactly("first");

    assertThat(runs.run(plan, journal)).isEqualTo(new RunResult.Completed());

    assertThat(database.texts("SELECT step FROM done")).containsExactly("first", "last");
    assertThat(journal.entries())
        .extracting(JournalEntry::step)
        .containsExactly(0, 0, 1, 1, 1, 1, 2, 2);
  }

  @Test
  void aServerThatIsAwayInterruptsIt() {
    try (var database = TestServers.newest().createDatabase()) {
      var spec = ConnectionSpec.parse("postgresql://u@localhost:1/d");
      var plan = FakeStep.plan(database, new FakeStep("SELECT 1", StepOutcome.DONE));

      var result =
          new ActionRunner(new Server(spec), new ManualClock(Runs.NOW))
              .run("a1", plan, Direction.FORWARD, Limits.DEFAULTS, journal, (_, _, _) -> {});

      assertThat(result).isInstanceOf(RunResult.Interrupted.class);
    }
  }

  private CompletableFuture<RunResult> inBackground(Runs runs, RepairPlan plan) {
    return TestDatabase.inBackground(() -> runs.run(plan, journal));
  }

  /** What a process that died right after it began the first statement has left on record. */
  private void intended(TestDatabase database, RepairPlan plan) throws SQLException {
    var step = plan.steps().getFirst();
    try (var session = database.session(Purpose.WATCH)) {
      journal.append(
          new JournalEntry(1, 0, Event.INTENDED, step.sql(), Runs.NOW, step.mark(session)));
    }
  }

  private static RepairPlan rebuildOfInvalid(TestDatabase database) {
    return Repairs.planFor(
            new Finding(
                    "InvalidIndex",
                    Severity.WARNING,
                    Target.index(database.name(), "public", "orders", "orders_id"),
                    "invalid",
                    Map.of("leftover", "false"))
                .fixedBy(ReindexConcurrently.TYPE))
        .orElseThrow();
  }

  private static List<String> indexesOf(TestDatabase database, String table) {
    return database.texts(
        "SELECT indexname FROM pg_indexes WHERE tablename = '%s' ORDER BY 1".formatted(table));
  }
}
