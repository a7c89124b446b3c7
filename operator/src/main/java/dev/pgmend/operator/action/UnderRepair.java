// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.SpecMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.detect.index.InvalidIndex;
import dev.pgmend.healing.finding.Finding;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/**
 * Whether a repair is already working on a finding. An inspection that began before the statements
 * of the repair ran can still report the finding; the repair's own verification decides whether it
 * is fixed. An invalid index that an interrupted repair left is finished or removed by that repair
 * when it resumes, and by no other.
 */
public final class UnderRepair {
  /** From its first statement until an inspection sees what it has left. */
  private static final Set<HealingPhase> ACTIVE =
      Set.of(HealingPhase.Running, HealingPhase.Verifying, HealingPhase.RollingBack);

  private UnderRepair() {}

  /**
   * @param inspectedSince when the inspection that reported the finding began
   */
  public static boolean is(
      Finding finding, Collection<HealingAction> actions, Instant inspectedSince) {
    return actions.stream()
        .filter(action -> wasActive(action, inspectedSince))
        .anyMatch(action -> isOf(action, finding) || isLeftoverOf(action, finding));
  }

  /** Whether it is active, or was at any time since. */
  private static boolean wasActive(HealingAction action, Instant since) {
    var times = Actions.statusOf(action).timesOrDefault();
    return ACTIVE.contains(Actions.phaseOf(action))
        || (times.startedAt() != null
            && times.endedAt() != null
            && Instant.parse(times.endedAt()).isAfter(since));
  }

  private static boolean isOf(HealingAction action, Finding finding) {
    return SpecMapping.finding(action.getSpec()).key().equals(finding.key());
  }

  private static boolean isLeftoverOf(HealingAction action, Finding finding) {
    var found = finding.target();
    var target = Actions.targetOf(action);
    return finding.detector().equals(InvalidIndex.NAME)
        && target.database().equals(found.database())
        && target.qualifiedRelation().equals(found.qualifiedRelation());
  }
}
