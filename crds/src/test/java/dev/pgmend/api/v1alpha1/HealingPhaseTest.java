// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static dev.pgmend.api.v1alpha1.HealingPhase.AwaitingApproval;
import static dev.pgmend.api.v1alpha1.HealingPhase.Cancelled;
import static dev.pgmend.api.v1alpha1.HealingPhase.Expired;
import static dev.pgmend.api.v1alpha1.HealingPhase.Failed;
import static dev.pgmend.api.v1alpha1.HealingPhase.Proposed;
import static dev.pgmend.api.v1alpha1.HealingPhase.RolledBack;
import static dev.pgmend.api.v1alpha1.HealingPhase.RollingBack;
import static dev.pgmend.api.v1alpha1.HealingPhase.Running;
import static dev.pgmend.api.v1alpha1.HealingPhase.Scheduled;
import static dev.pgmend.api.v1alpha1.HealingPhase.Succeeded;
import static dev.pgmend.api.v1alpha1.HealingPhase.Superseded;
import static dev.pgmend.api.v1alpha1.HealingPhase.Verifying;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealingPhaseTest {
  @ParameterizedTest
  @EnumSource(HealingPhase.class)
  void anEndedActionStaysSoUnlessASuccessIsUndone(HealingPhase phase) {
    if (phase == Succeeded) {
      assertThat(phase.ended()).isTrue();
      assertThat(phase.next()).containsExactly(RollingBack);
    } else {
      assertThat(phase.next().isEmpty()).isEqualTo(phase.ended());
    }
  }

  @Test
  void everyPhaseCanBeReachedFromTheFirst() {
    assertThat(reachableFrom(Proposed)).containsExactlyInAnyOrder(HealingPhase.values());
  }

  @ParameterizedTest
  @EnumSource(HealingPhase.class)
  void everyPhaseCanEnd(HealingPhase phase) {
    assertThat(reachableFrom(phase)).anyMatch(HealingPhase::ended);
  }

  @ParameterizedTest
  @EnumSource(HealingPhase.class)
  void onlyAnActionThatHasNotRunCanBeDroppedWithoutATrace(HealingPhase phase) {
    for (HealingPhase dropped : List.of(Cancelled, Superseded, Expired)) {
      assertThat(phase.canGoTo(dropped)).as("to " + dropped).isEqualTo(phase.beforeRunning());
    }
  }

  @ParameterizedTest
  @EnumSource(HealingPhase.class)
  void noPhaseGoesToItself(HealingPhase phase) {
    assertThat(phase.canGoTo(phase)).isFalse();
  }

  @Test
  void theWayThroughIsTheDocumentedOne() {
    assertThat(Proposed.next())
        .containsExactlyInAnyOrder(AwaitingApproval, Scheduled, Cancelled, Superseded, Expired);
    assertThat(AwaitingApproval.next())
        .containsExactlyInAnyOrder(Scheduled, RollingBack, Cancelled, Superseded, Expired);
    assertThat(Scheduled.next())
        .containsExactlyInAnyOrder(
            Running, AwaitingApproval, RollingBack, Cancelled, Superseded, Expired);
    assertThat(Running.next()).containsExactlyInAnyOrder(Verifying, Scheduled, RollingBack, Failed);
    assertThat(Verifying.next()).containsExactlyInAnyOrder(Succeeded, RollingBack, Failed);
    assertThat(RollingBack.next()).containsExactlyInAnyOrder(RolledBack, Failed);
  }

  private static Set<HealingPhase> reachableFrom(HealingPhase start) {
    var reached = EnumSet.of(start);
    var queue = new ArrayDeque<>(List.of(start));
    while (!queue.isEmpty()) {
      for (HealingPhase next : queue.remove().next()) {
        if (reached.add(next)) {
          queue.add(next);
        }
      }
    }
    return reached;
  }
}
