// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.StatusMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.journal.JournalEntry;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;

/** The journal in the status of an action. */
final class StatusJournal implements Journal {
  private final ActionStore store;
  private final HealingAction action;
  private final List<JournalEntry> entries = new ArrayList<>();

  StatusJournal(ActionStore store, HealingAction action) {
    this.store = store;
    this.action = action;
    Actions.statusOf(action).journal().stream().map(StatusMapping::entry).forEach(entries::add);
  }

  @Override
  public List<JournalEntry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public void append(JournalEntry entry) {
    try {
      store.change(action, status -> appended(status, entry));
    } catch (KubernetesClientException e) {
      throw new JournalException(
          "The journal of %s cannot be written: %s"
              .formatted(action.getMetadata().getName(), e.getMessage()),
          e);
    }
    entries.add(entry);
  }

  @Override
  public void refresh() {
    store
        .read(action)
        .ifPresent(live -> {
          entries.clear();
          Actions.statusOf(live).journal().stream().map(StatusMapping::entry).forEach(entries::add);
        });
  }

  private static HealingActionStatus appended(HealingActionStatus status, JournalEntry entry) {
    var journal = new ArrayList<>(status.journal());
    // A write whose answer was lost is sent again. It must not be stored twice.
    var ours = StatusMapping.entry(entry);
    var there = journal.stream().filter(old -> old.sequence() == entry.sequence()).findFirst();
    if (there.isEmpty()) {
      journal.add(ours);
    } else if (!there.get().equals(ours)) {
      throw new JournalException(
          "Another process writes this journal: entry %d is not ours".formatted(entry.sequence()));
    }
    return status.toBuilder().journal(journal).build();
  }
}
