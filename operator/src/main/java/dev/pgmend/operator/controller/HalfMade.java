package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.detect.Finding;
import dev.pgmend.healing.detect.InvalidIndex;
import dev.pgmend.operator.care.Actions;
import java.util.Collection;
import java.util.Set;

/**
 * An index that a repair has begun and was cut off from: it is its own to finish or to clean up,
 * when it is taken up again, and no other repair's.
 */
final class HalfMade {
  /** From its first statement until an inspection sees what it has left. */
  private static final Set<HealingPhase> AT_WORK =
      Set.of(HealingPhase.Running, HealingPhase.Verifying, HealingPhase.RollingBack);

  private HalfMade() {}

  /** Whether a finding is of such an index. */
  static boolean is(Finding finding, Collection<HealingAction> actions) {
    var found = finding.target();
    return finding.detector().equals(InvalidIndex.NAME)
        && actions.stream()
            .filter(action -> AT_WORK.contains(Actions.phaseOf(action)))
            .map(Actions::targetOf)
            .anyMatch(target ->
                target.database().equals(found.database())
                    && target.qualifiedRelation().equals(found.qualifiedRelation()));
  }
}
