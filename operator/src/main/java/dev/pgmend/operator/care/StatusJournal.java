package dev.pgmend.operator.care;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.healing.journal.Journal;
import dev.pgmend.healing.journal.JournalEntry;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;

/** The journal that an action carries in its own status. */
final class StatusJournal implements Journal {
  private final ActionStore store;
  private final HealingAction action;
  private final List<JournalEntry> entries = new ArrayList<>();

  StatusJournal(ActionStore store, HealingAction action) {
    this.store = store;
    this.action = action;
    Actions.statusOf(action).journal().stream().map(ApiMapping::entry).forEach(entries::add);
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
          "The journal of %s can't be written: %s"
              .formatted(action.getMetadata().getName(), e.getMessage()),
          e);
    }
    entries.add(entry);
  }

  private static HealingActionStatus appended(HealingActionStatus status, JournalEntry entry) {
    var journal = new ArrayList<>(status.journal());
    // A write that was stored but whose answer was lost is sent again: it must not stand twice.
    if (journal.stream().noneMatch(old -> old.sequence() == entry.sequence())) {
      journal.add(ApiMapping.entry(entry));
    }
    return status.toBuilder().journal(journal).build();
  }
}
