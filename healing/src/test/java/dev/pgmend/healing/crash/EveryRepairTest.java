// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.engine.RunResult;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.journal.JournalEntry.Event;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.FakeJournal;
import dev.pgmend.healing.testing.OpenTransaction;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServer;
import dev.pgmend.healing.testing.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process dies by SIGKILL at every entry of every repair's journal and of its undo's, and while
 * each of their statements runs, where it can be made to wait.
 */
@Timeout(300)
class EveryRepairTest {
  private final TestServer server = TestServers.newest();
  private final List<Patient> patients = new ArrayList<>();
  private final List<OpenTransaction> sessions = new ArrayList<>();
  private final Set<String> outlived = new HashSet<>();
  private final SoftAssertions all = new SoftAssertions();
  @TempDir private Path directory;

  @AfterEach
  void clean() {
    sessions.forEach(OpenTransaction::close);
    patients.forEach(Patient::discharge);
  }

  @Test
  void everyRepairHasACase() {
    assertThat(Arrays.stream(CrashCase.values()).map(CrashCase::repair))
        .containsAll(Repairs.byType().keySet());
  }

  @Test
  void killedAtEachEntryItIsAsIfNobodyHadDied()
      throws SQLException, IOException, InspectionException {
    var going = new LinkedHashMap<Patient, Direction>();
    for (var crashCase : CrashCase.values()) {
      var patient = admit(crashCase);
      patients.add(patient);
      patient.leaveOrder(Direction.FORWARD);
      going.put(patient, Direction.FORWARD);
    }
    while (!going.isEmpty()) {
      oneLife(going.keySet().stream().toList());
      for (var patient : List.copyOf(going.keySet())) {
        if (patient.hasEnded()) {
          goOn(patient, going);
        }
      }
    }
    all.assertThat(outlived)
        .as("kinds of statements that ran on when their process was dead")
        .contains("REINDEX", "CREATE", "DROP", "ALTER", "VACUUM", "ANALYZE");
    all.assertAll();
  }

  private void goOn(Patient patient, Map<Patient, Direction> going)
      throws SQLException, IOException, InspectionException {
    var direction = going.remove(patient);
    check(patient, direction);
    if (direction == Direction.FORWARD && !patient.plan().undo().isEmpty()) {
      patient.leaveOrder(Direction.BACK);
      going.put(patient, Direction.BACK);
    }
  }

  private void oneLife(List<Patient> going) throws IOException {
    var locks = new LinkedHashMap<String, Patient>();
    var held = new ArrayList<OpenTransaction>();
    for (var patient : going) {
      if (patient.journal().isAboutToRun()) {
        held.add(patient.lock());
        locks.put(patient.crashCase().name(), patient);
      }
    }
    MortalProcess.liveAndDie(directory, name -> locks.containsKey(name) && waits(locks.get(name)));
    // What waits for them runs on and ends, and nobody hears of it.
    held.forEach(OpenTransaction::close);
  }

  private boolean waits(Patient patient) {
    var waiting = patient.waitsForLock();
    waiting.ifPresent(outlived::add);
    return waiting.isPresent();
  }

  private void check(Patient patient, Direction direction)
      throws SQLException, IOException, InspectionException {
    var name = patient.crashCase() + " " + direction;
    var forward = direction == Direction.FORWARD;
    var steps = IntStream.range(0, patient.statements(direction).size()).boxed().toList();
    var intent = forward ? Event.INTENDED : Event.UNDOING;
    var end = forward ? Event.DONE : Event.UNDONE;

    all.assertThat(patient.result()).as(name).isEqualTo(new RunResult.Completed().toString());
    all.assertThat(patient.journal().deaths())
        .as("deaths of " + name)
        .containsAll(
            steps.stream()
                .flatMap(step ->
                    Stream.of(
                            intent + " before",
                            intent + " after",
                            intent + " running",
                            end + " before",
                            end + " after")
                        .map(place -> step + " " + place))
                .toList());
    all.assertThat(patient.journal().entries().stream().filter(entry -> entry.event() == end))
        .as("what ended of " + name)
        .extracting(entry -> entry.step())
        .containsExactlyElementsOf(steps);
    var due = forward ? patient.due().mended() : patient.due().takenBack();
    all.assertThat(eventually(patient, due)).as(name).isEqualTo(due);
    all.assertThat(patient.now().state()).as(name).containsAll(patient.crashCase().survivors());
    if (forward) {
      all.assertThat(patient.crashCase().isMended(patient.database(), patient.finding()))
          .as(name + " mended")
          .isTrue();
    } else {
      all.assertThat(patient.now().state()).as(name).isEqualTo(patient.due().before().state());
    }
  }

  /** The server takes a moment to read its files again, and to see that a session has ended. */
  private static Picture eventually(Patient patient, Picture due) {
    try {
      return await().pollDelay(Duration.ZERO).until(patient::now, due::equals);
    } catch (ConditionTimeoutException _) {
      return patient.now();
    }
  }

  private Patient admit(CrashCase crashCase) throws SQLException, InspectionException {
    var due = undisturbed(crashCase);
    var database = server.createDatabase();
    return new Patient(
        crashCase,
        database,
        crashCase.bringAbout(database, sessions::add),
        due,
        directory.resolve(crashCase.name()));
  }

  private Patient.Course undisturbed(CrashCase crashCase) throws SQLException, InspectionException {
    try (var database = server.createDatabase()) {
      var finding = crashCase.bringAbout(database, sessions::add);
      var parameter = finding.target().parameter();
      var journal = new FakeJournal();
      var before = Picture.of(database, parameter);
      carryOut(database, finding, Direction.FORWARD, journal);
      var mended = Picture.of(database, parameter);
      carryOut(database, finding, Direction.BACK, journal);
      return new Patient.Course(before, mended, Picture.of(database, parameter));
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
