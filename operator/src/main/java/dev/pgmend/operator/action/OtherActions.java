// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The other actions of a cluster, and what they mean for one action. */
public record OtherActions(List<HealingAction> actions) {
  private static final Set<HealingPhase> RUNNING =
      Set.of(HealingPhase.Running, HealingPhase.RollingBack);

  public OtherActions {
    actions = List.copyOf(actions);
  }

  /**
   * The action that must end first, if there is one. In one database one action runs at a time, and
   * on one table none while another one is measured.
   */
  Optional<String> blocking(HealingAction action, int maxInCluster) {
    var running =
        actions.stream().filter(other -> RUNNING.contains(Actions.phaseOf(other))).toList();
    if (running.size() >= maxInCluster) {
      return Optional.of(running.getFirst().getMetadata().getName());
    }
    return actions.stream()
        .filter(other -> blocks(other, action))
        .map(other -> other.getMetadata().getName())
        .findFirst();
  }

  private static boolean blocks(HealingAction other, HealingAction action) {
    var mine = Actions.targetOf(action);
    var target = Actions.targetOf(other);
    var phase = Actions.phaseOf(other);
    return RUNNING.contains(phase)
        ? target.database().equals(mine.database())
        : phase == HealingPhase.Verifying
            && target.qualifiedRelation().equals(mine.qualifiedRelation());
  }

  /**
   * Relations whose statements other repairs change at the same time: of all that have not ended,
   * because they can run while this one is measured, and of those that ended within the window.
   */
  Set<String> relations(Duration window, Instant now) {
    return actions.stream()
        .filter(other -> overlaps(other, now.minus(window)))
        .flatMap(other -> Actions.targetOf(other).qualifiedRelation().stream())
        .collect(Collectors.toSet());
  }

  private static boolean overlaps(HealingAction other, Instant since) {
    var ended = Actions.statusOf(other).timesOrDefault().endedAt();
    return !Actions.phaseOf(other).ended()
        || (ended != null && Instant.parse(ended).isAfter(since));
  }
}
