package dev.pgmend.healing.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Finding;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.engine.RunResult;
import dev.pgmend.healing.journal.JournalEntry.Event;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.FakeJournal;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServer;
import dev.pgmend.healing.testing.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process dies by SIGKILL at every entry of every repair's journal, and of its undo's. */
@Timeout(300)
class EveryRepairTest {
  private static final String FINISHED = new RunResult.Completed().toString();

  private final TestServer server = TestServers.newest();
  private final List<Patient> patients = new ArrayList<>();
  @TempDir private Path directory;

  /** How it looks when nobody dies. */
  private record Course(Picture before, Picture mended, Picture takenBack) {}

  private record Patient(CrashCase crashCase, TestDatabase database, Finding finding, Course due) {
    RepairPlan plan() {
      return crashCase.planFor(finding).orElseThrow();
    }

    Picture now() {
      return Picture.of(database, plan().target().parameter());
    }

    Order order(Direction direction) {
      return new Order(crashCase.name(), database.spec(), finding, direction);
    }
  }

  @AfterEach
  void clean() {
    for (var patient : patients) {
      try (var database = patient.database) {
        var target = patient.finding.target();
        if (!target.parameter().isEmpty() && target.database().isEmpty()) {
          database.execute("ALTER SYSTEM RESET " + target.parameter(), "SELECT pg_reload_conf()");
        }
      }
    }
  }

  @Test
  void everyRepairHasACase() {
    assertThat(Arrays.stream(CrashCase.values()).map(CrashCase::repair))
        .containsAll(Repairs.byType().keySet());
  }

  @Test
  void killedAtEachEntryItIsAsIfNobodyHadDied() throws SQLException, IOException {
    for (var crashCase : CrashCase.values()) {
      patients.add(patient(crashCase));
    }

    for (var patient : patients) {
      MortalProcess.leave(directoryOf(patient), patient.order(Direction.FORWARD));
    }
    assertThat(MortalProcess.liveAndDie(directory)).isPositive();
    checkEach(patients, Direction.FORWARD);

    var taken = patients.stream().filter(patient -> !patient.plan().undo().isEmpty()).toList();
    for (var patient : taken) {
      MortalProcess.leave(directoryOf(patient), patient.order(Direction.BACK));
    }
    assertThat(MortalProcess.liveAndDie(directory)).isPositive();
    checkEach(taken, Direction.BACK);
  }

  private void checkEach(List<Patient> those, Direction direction)
      throws SQLException, IOException {
    var all = new SoftAssertions();
    for (var patient : those) {
      check(all, patient, direction);
    }
    all.assertAll();
  }

  private void check(SoftAssertions all, Patient patient, Direction direction)
      throws SQLException, IOException {
    var name = patient.crashCase + " " + direction;
    var plan = patient.plan();
    var forward = direction == Direction.FORWARD;
    var steps = (forward ? plan.steps() : plan.undo()).size();
    var intent = forward ? Event.INTENDED : Event.UNDOING;
    var end = forward ? Event.DONE : Event.UNDONE;
    var journal = new MortalJournal(directoryOf(patient), _ -> {});

    all.assertThat(MortalProcess.result(directoryOf(patient))).as(name).isEqualTo(FINISHED);
    all.assertThat(journal.deaths())
        .as("deaths of " + name)
        .containsAll(
            IntStream.range(0, steps)
                .boxed()
                .flatMap(step ->
                    Stream.of(intent, end)
                        .flatMap(event ->
                            Stream.of("before", "after")
                                .map(when -> step + " " + event + " " + when)))
                .toList());
    all.assertThat(journal.entries().stream().filter(entry -> entry.event() == end))
        .as("what ended of " + name)
        .extracting(entry -> entry.step())
        .containsExactlyElementsOf(IntStream.range(0, steps).boxed().toList());
    var due = forward ? patient.due.mended : patient.due.takenBack;
    all.check(() -> await().untilAsserted(() -> assertThat(patient.now()).isEqualTo(due)));
    if (forward) {
      all.assertThat(patient.crashCase.isMended(patient.database, patient.finding))
          .as(name + " mended")
          .isTrue();
    } else {
      all.assertThat(patient.now().state()).as(name).isEqualTo(patient.due.before.state());
    }
  }

  private Path directoryOf(Patient patient) {
    return directory.resolve(patient.crashCase.name());
  }

  private Patient patient(CrashCase crashCase) throws SQLException {
    var due = undisturbed(crashCase);
    var database = server.createDatabase();
    return new Patient(crashCase, database, crashCase.bringAbout(database), due);
  }

  private Course undisturbed(CrashCase crashCase) throws SQLException {
    try (var database = server.createDatabase()) {
      var finding = crashCase.bringAbout(database);
      var parameter = finding.target().parameter();
      var journal = new FakeJournal();
      var before = Picture.of(database, parameter);
      carryOut(database, finding, Direction.FORWARD, journal);
      var mended = Picture.of(database, parameter);
      carryOut(database, finding, Direction.BACK, journal);
      return new Course(before, mended, Picture.of(database, parameter));
    }
  }

  /** Without a death. */
  private static void carryOut(
      TestDatabase database, Finding finding, Direction direction, FakeJournal journal) {
    var begin = database.text("SELECT clock_timestamp()");
    var order = new Order("undisturbed", database.spec(), finding, direction);
    assertThat(order.carryOut(journal)).isEqualTo(new RunResult.Completed());
    if (journal.entries().stream().anyMatch(entry -> entry.statement().contains("reload"))) {
      // Each server process reads the files again by itself, a moment later.
      await().until(() -> database.isTrue("SELECT pg_conf_load_time() > '%s'".formatted(begin)));
    }
  }
}
