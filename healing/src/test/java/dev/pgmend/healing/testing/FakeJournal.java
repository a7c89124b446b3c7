// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.journal.JournalEntry;
import dev.pgmend.healing.journal.JournalEntry.Event;
import java.util.ArrayList;
import java.util.List;

/** A journal in memory that can die at any of its appends. */
public final class FakeJournal implements Journal {
  /** Where in an append the process dies. */
  public enum Crash {
    BEFORE_IT_IS_DURABLE,
    AFTER_IT_IS_DURABLE
  }

  /** Stands for the death of the process: nothing may catch it and go on. */
  public static final class ProcessDied extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final List<JournalEntry> entries = new ArrayList<>();
  private int appends;
  private int fatalAppend;
  private Crash crash = Crash.AFTER_IT_IS_DURABLE;

  /** A journal that never fails. */
  public FakeJournal() {}

  private FakeJournal(List<JournalEntry> entries) {
    this.entries.addAll(entries);
  }

  /** The process dies at one of the appends, counted from 1. */
  public static FakeJournal dyingAt(int append, Crash crash) {
    var journal = new FakeJournal();
    journal.fatalAppend = append;
    journal.crash = crash;
    return journal;
  }

  /** What the next process finds. */
  public FakeJournal afterRestart() {
    return new FakeJournal(entries);
  }

  @Override
  public synchronized List<JournalEntry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public synchronized void append(JournalEntry entry) {
    appends++;
    if (appends != fatalAppend) {
      entries.add(entry);
    } else if (crash == Crash.BEFORE_IT_IS_DURABLE) {
      throw new JournalException("The record can't be written", new ProcessDied());
    } else {
      entries.add(entry);
      throw new ProcessDied();
    }
  }

  /** What was written, in order, without the details. */
  public List<Event> events() {
    return entries().stream().map(JournalEntry::event).toList();
  }
}
