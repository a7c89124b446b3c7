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
 * A finding that a repair is at work on. An inspection that began before the repair's statements
 * ran may still make it, and how well it was mended is for the repair's own verification to say. An
 * index that a repair has begun and was cut off from is its own to finish or to clean up, when it
 * is taken up again, and no other repair's.
 */
public final class UnderRepair {
  /** From its first statement until an inspection sees what it has left. */
  private static final Set<HealingPhase> AT_WORK =
      Set.of(HealingPhase.Running, HealingPhase.Verifying, HealingPhase.RollingBack);

  private UnderRepair() {}

  /**
   * @param lookedSince when the inspection began that made the finding
   */
  public static boolean is(
      Finding finding, Collection<HealingAction> actions, Instant lookedSince) {
    return actions.stream()
        .filter(action -> wasAtWork(action, lookedSince))
        .anyMatch(action -> isOf(action, finding) || isHalfMadeBy(action, finding));
  }

  /** It is, or it was at any time since. */
  private static boolean wasAtWork(HealingAction action, Instant since) {
    var times = Actions.statusOf(action).timesOrDefault();
    return AT_WORK.contains(Actions.phaseOf(action))
        || (times.startedAt() != null
            && times.endedAt() != null
            && Instant.parse(times.endedAt()).isAfter(since));
  }

  private static boolean isOf(HealingAction action, Finding finding) {
    return SpecMapping.finding(action.getSpec()).key().equals(finding.key());
  }

  private static boolean isHalfMadeBy(HealingAction action, Finding finding) {
    var found = finding.target();
    var target = Actions.targetOf(action);
    return finding.detector().equals(InvalidIndex.NAME)
        && target.database().equals(found.database())
        && target.qualifiedRelation().equals(found.qualifiedRelation());
  }
}
