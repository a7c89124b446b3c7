// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.journal.JournalEntry.Event;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Step;
import java.util.List;

/** Whether a plan is applied or undone; the journal has separate events for each. */
public enum Direction {
  FORWARD(Event.INTENDED, Event.DONE),
  BACK(Event.UNDOING, Event.UNDONE);

  private final Event intent;
  private final Event end;

  Direction(Event intent, Event end) {
    this.intent = intent;
    this.end = end;
  }

  Event intent() {
    return intent;
  }

  Event end() {
    return end;
  }

  List<Step> stepsOf(RepairPlan plan) {
    return this == FORWARD ? plan.steps() : plan.undo();
  }
}
