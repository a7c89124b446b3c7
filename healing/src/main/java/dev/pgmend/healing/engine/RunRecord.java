package dev.pgmend.healing.engine;

import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.journal.JournalEntry.Event;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** The journal as one run in one direction writes and reads it. */
record RunRecord(Journal journal, Clock clock, Direction direction) {
  void intend(int step, String statement, Map<String, String> mark) {
    add(step, direction.intent(), statement, mark);
  }

  void end(int step, String statement) {
    add(step, direction.end(), statement, Map.of());
  }

  void failed(int step, String statement, String why) {
    add(step, Event.FAILED, statement, Map.of("error", why));
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

  /** How often the step was about to run and then neither ended nor failed. */
  long brokenOff(int step) {
    return count(step, direction.intent())
        - count(step, Event.FAILED)
        - count(step, direction.end());
  }

  private long count(int step, Event event) {
    return journal.entries().stream()
        .filter(entry -> entry.step() == step && entry.event() == event)
        .count();
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
