// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.journal.JournalEntry.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A journal in a file, whose process dies at each entry over its lives: before the entry is
 * written, after, and while the statement runs that it announces. Where it died is kept in another
 * file, since no process remembers it.
 */
final class MortalJournal implements Journal {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Path deathsFile;
  private final Consumer<String> lastWords;
  private final List<JournalEntry> entries;
  private final List<String> deaths;

  /** An entry as it stands in the file. */
  private record Line(
      int sequence,
      int step,
      Event event,
      String statement,
      String at,
      Map<String, String> details) {

    static Line of(JournalEntry entry) {
      return new Line(
          entry.sequence(),
          entry.step(),
          entry.event(),
          entry.statement(),
          entry.at().toString(),
          entry.details());
    }

    JournalEntry entry() {
      return new JournalEntry(sequence, step, event, statement, Instant.parse(at), details);
    }
  }

  /**
   * @param lastWords is told where the process stands still until it is killed; while a statement
   *     runs it does not, and the server shows when
   */
  MortalJournal(Path directory, Consumer<String> lastWords) {
    this.file = directory.resolve("journal");
    this.deathsFile = directory.resolve("deaths");
    this.lastWords = lastWords;
    this.entries = new ArrayList<>(lines(file).stream().map(MortalJournal::entry).toList());
    this.deaths = new ArrayList<>(lines(deathsFile));
  }

  /**
   * Where processes died: the step, the entry, and whether before it was written, after, or while
   * its statement ran; a statement that waits for nothing may have ended first.
   */
  List<String> deaths() {
    return List.copyOf(deaths);
  }

  @Override
  public List<JournalEntry> entries() {
    return List.copyOf(entries);
  }

  /** Whether the process that comes next is to die while a statement runs. */
  boolean isAboutToRun() {
    return !deaths.isEmpty()
        && deaths.getLast().endsWith("after")
        && !entries.isEmpty()
        && isIntent(entries.getLast());
  }

  @Override
  public void append(JournalEntry entry) {
    standStill(entry, "before");
    add(file, json(entry));
    entries.add(entry);
    standStill(entry, "after");
    if (isIntent(entry)) {
      isNew(entry, "running");
    }
  }

  private static boolean isIntent(JournalEntry entry) {
    return entry.event() == Event.INTENDED || entry.event() == Event.UNDOING;
  }

  private void standStill(JournalEntry entry, String when) {
    if (isNew(entry, when)) {
      lastWords.accept(deaths.getLast());
      while (true) {
        LockSupport.park();
      }
    }
  }

  /** Whether no process died there before; the next one will know that this one did. */
  private boolean isNew(JournalEntry entry, String when) {
    var place = entry.step() + " " + entry.event() + " " + when;
    if (deaths.contains(place)) {
      return false;
    }
    deaths.add(place);
    add(deathsFile, place);
    return true;
  }

  private static JournalEntry entry(String line) {
    try {
      return JSON.readValue(line, Line.class).entry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String json(JournalEntry entry) {
    try {
      return JSON.writeValueAsString(Line.of(entry));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(Path file, String line) {
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
