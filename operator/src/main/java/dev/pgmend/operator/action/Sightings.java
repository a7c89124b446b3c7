// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.operator.action.Situation.Sighting;
import dev.pgmend.operator.cluster.ManagedCluster.Inspected;
import java.time.Instant;
import java.util.Optional;

/** Looks up the finding of an action in the last inspection. */
final class Sightings {
  private Sightings() {}

  static Sighting of(HealingAction action, Optional<Inspected> inspected) {
    if (inspected.isEmpty()) {
      return Sighting.UNKNOWN;
    }
    var key = SpecMapping.finding(action.getSpec()).key();
    var found = inspected.get().find(key);
    if (found.filter(finding -> Plans.isFixOf(finding, action)).isPresent()) {
      return Sighting.PRESENT;
    }
    // The inspection that led to the proposal ended just before it, and cannot contradict it.
    if (isBefore(inspected.get(), action)
        || (Actions.isAdvised(action) && !inspected.get().advised().contains(key))) {
      return Sighting.UNKNOWN;
    }
    return found.isEmpty() ? Sighting.GONE : Sighting.CHANGED;
  }

  private static boolean isBefore(Inspected inspected, HealingAction action) {
    var proposed = Actions.statusOf(action).timesOrDefault().proposedAt();
    return proposed != null && inspected.at().isBefore(Instant.parse(proposed));
  }
}
