// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.journal.JournalEntry.Event;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** The journal as one run in one direction writes and reads it. */
record RunRecord(Journal journal, Clock clock, Direction direction) {
  private static final String ERROR = "error";
  private static final String CONNECTION = "connection";
  private static final String LOST = "lost";

  /** How often a step started in one direction without an outcome. */
  private record Unended(int connectionsLost, int deaths) {}

  void intend(int step, String statement, Map<String, String> mark) {
    add(step, direction.intent(), statement, mark);
  }

  void end(int step, String statement) {
    add(step, direction.end(), statement, Map.of());
  }

  void failed(int step, String statement, String why) {
    add(step, Event.FAILED, statement, Map.of(ERROR, why));
  }

  /** Its outcome is unknown. */
  void connectionLost(int step, String statement, String why) {
    add(step, Event.FAILED, statement, Map.of(ERROR, why, CONNECTION, LOST));
  }

  void cleanedUp(int step, String statement) {
    add(step, Event.CLEANED_UP, statement, Map.of());
  }

  boolean hasEnded(int step) {
    return last(step, direction.end()).isPresent();
  }

  /** The mark of the last time the step was about to run, if ever it was. */
  Optional<Map<String, String>> mark(int step) {
    return last(step, direction.intent()).map(JournalEntry::details);
  }

  /** How often the connection to the server was lost while the step ran. */
  int connectionsLost(int step) {
    return unended(step).connectionsLost;
  }

  /** How often the process ended while the step ran, or around it. */
  int deaths(int step) {
    return unended(step).deaths;
  }

  private Unended unended(int step) {
    int lost = 0;
    int deaths = 0;
    boolean running = false;
    for (var entry : journal.entries()) {
      if (entry.step() != step) {
        continue;
      }
      if (entry.event() == direction.intent()) {
        deaths += running ? 1 : 0;
        running = true;
      } else if (entry.event() == direction.end()) {
        running = false;
      } else if (entry.event() == Event.FAILED) {
        lost += running && LOST.equals(entry.details().get(CONNECTION)) ? 1 : 0;
        running = false;
      }
    }
    return new Unended(lost, running ? deaths + 1 : deaths);
  }

  private Optional<JournalEntry> last(int step, Event event) {
    return journal.entries().stream()
        .filter(entry -> entry.step() == step && entry.event() == event)
        .reduce((_, later) -> later);
  }

  private void add(int step, Event event, String statement, Map<String, String> details) {
    var sequence = journal.entries().size() + 1;
    journal.append(new JournalEntry(sequence, step, event, statement, clock.instant(), details));
  }
}
