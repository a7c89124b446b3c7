// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.story;

import dev.pgmend.e2e.testbed.operator.Decision;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.operator.Phase;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.time.Duration;
import java.util.Optional;

/**
 * The progress of a fault.
 *
 * @param broken whether it was injected
 * @param foundAfter time from the operator's start to the finding
 * @param summary of the finding
 * @param diagnosis the learner's diagnosis, if the learner found the fault
 * @param action the last event of the action that repairs it
 * @param endedAfter time from the finding to the end of the action
 * @param checkedGone whether the demo's own check confirmed that it is gone
 */
public record FaultProgress(
    ShopFault fault,
    boolean broken,
    Optional<Duration> foundAfter,
    String summary,
    Optional<OperatorEvent.Diagnosis> diagnosis,
    Optional<OperatorEvent.Action> action,
    Optional<Duration> endedAfter,
    boolean checkedGone) {

  static FaultProgress of(ShopFault fault) {
    return new FaultProgress(
        fault,
        false,
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  FaultProgress withBroken() {
    return new FaultProgress(
        fault, true, foundAfter, summary, diagnosis, action, endedAfter, checkedGone);
  }

  FaultProgress withFinding(Duration after, String text) {
    var found = Optional.of(foundAfter.orElse(after));
    return new FaultProgress(
        fault, broken, found, text, diagnosis, action, endedAfter, checkedGone);
  }

  FaultProgress withDiagnosis(OperatorEvent.Diagnosis news, Duration after) {
    var found = Optional.of(foundAfter.orElse(after));
    return new FaultProgress(
        fault, broken, found, summary, Optional.of(news), action, endedAfter, checkedGone);
  }

  /** The finding may not have been reported yet; then the action implies it. */
  FaultProgress withAction(OperatorEvent.Action news, Duration after) {
    var found = foundAfter.orElse(after);
    var ended =
        news.phase().ended()
            ? Optional.of(endedAfter.orElse(after.minus(found)))
            : Optional.<Duration>empty();
    return new FaultProgress(
        fault,
        broken,
        Optional.of(found),
        summary,
        diagnosis,
        Optional.of(news),
        ended,
        checkedGone);
  }

  FaultProgress withCheckedGone(boolean gone) {
    return new FaultProgress(
        fault, broken, foundAfter, summary, diagnosis, action, endedAfter, gone);
  }

  public Optional<Phase> phase() {
    return action.map(OperatorEvent.Action::phase);
  }

  /** The expected effect of the index that the learner proposed. */
  public Optional<OperatorEvent.Expected> expected() {
    return diagnosis.flatMap(OperatorEvent.Diagnosis::expected);
  }

  public Optional<OperatorEvent.Effect> effect() {
    return action.flatMap(OperatorEvent.Action::effect);
  }

  public boolean found() {
    return foundAfter.isPresent();
  }

  /** The action succeeded, and the fault is gone. */
  public boolean repaired() {
    return phase().filter(p -> p == Phase.Succeeded).isPresent() && checkedGone;
  }

  /** The repair's effect was measured, and it did no harm. */
  public boolean verified() {
    return effect()
        .map(OperatorEvent.Effect::decision)
        .filter(d -> d == Decision.Improved || d == Decision.Neutral)
        .isPresent();
  }
}
