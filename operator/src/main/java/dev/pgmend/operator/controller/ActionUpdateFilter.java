package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.operator.action.Actions;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

/** Lets through a new phase or a user's change; progress and reasons need no answer. */
public final class ActionUpdateFilter implements OnUpdateFilter<HealingAction> {
  @Override
  public boolean accept(HealingAction now, HealingAction before) {
    return Actions.phaseOf(now) != Actions.phaseOf(before) || UserChanges.changed(now, before);
  }
}
