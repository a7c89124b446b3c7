// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.operator.action.Actions;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

/** Accepts a new phase or a change by a user. Progress and reasons need no reconciliation. */
public final class ActionUpdateFilter implements OnUpdateFilter<HealingAction> {
  @Override
  public boolean accept(HealingAction now, HealingAction before) {
    return Actions.phaseOf(now) != Actions.phaseOf(before) || UserChanges.changed(now, before);
  }
}
