// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.crash;

import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.testing.OpenTransaction;
import dev.pgmend.healing.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A database with one fault, whose repair dies again and again.
 *
 * @param due how it looks when nobody dies
 * @param directory where the order for its repair lies
 */
record Patient(
    CrashCase crashCase, TestDatabase database, Finding finding, Course due, Path directory) {

  /** What keeps statements waiting that change or read a table's files, and nothing else. */
  private static final String LOCK =
      """
      DO $$ DECLARE it regclass; BEGIN
        FOR it IN SELECT oid FROM pg_class
                   WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
          EXECUTE format('LOCK TABLE %s IN SHARE UPDATE EXCLUSIVE MODE', it);
        END LOOP;
        FOR it IN SELECT seqrelid FROM pg_sequence LOOP
          EXECUTE format('ALTER SEQUENCE %s OWNED BY NONE', it);
        END LOOP;
      END $$
      """;

  /** How it looks before, when it is mended, and when that is taken back. */
  record Course(Picture before, Picture mended, Picture takenBack) {}

  RepairPlan plan() {
    return crashCase.planFor(finding).orElseThrow();
  }

  Picture now() {
    return Picture.of(database, finding.target().parameter());
  }

  void leaveOrder(Direction direction) throws IOException {
    MortalProcess.leave(
        directory, new Order(crashCase.name(), database.spec(), finding, direction));
  }

  boolean hasEnded() throws IOException {
    return !result().isEmpty();
  }

  String result() throws IOException {
    return MortalProcess.result(directory);
  }

  MortalJournal journal() {
    return new MortalJournal(directory, _ -> {});
  }

  /** Makes its statements wait. */
  OpenTransaction lock() {
    return database.begin(LOCK);
  }

  /** The first word of a statement of its repair that the server is at work on behind a lock. */
  Optional<String> waitsForLock() {
    return database
        .texts(
            """
            SELECT substring(query FROM '[A-Z]+') FROM pg_stat_activity
             WHERE application_name = 'pgmend/%s' AND datname = current_database()
               AND state = 'active' AND wait_event_type = 'Lock'
            """
                .formatted(crashCase.name()))
        .stream()
        .findFirst();
  }

  /** Ends what it changed for the whole server. */
  void discharge() {
    try (database) {
      var target = finding.target();
      if (!target.parameter().isEmpty() && target.database().isEmpty()) {
        database.execute("ALTER SYSTEM RESET " + target.parameter(), "SELECT pg_reload_conf()");
      }
    }
  }

  /** Of its plan in this direction. */
  List<String> statements(Direction direction) {
    return direction == Direction.FORWARD ? plan().statements() : plan().undoStatements();
  }
}
