package dev.pgmend.e2e.demo.story;

import dev.pgmend.e2e.testbed.operator.Decision;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.operator.Phase;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.time.Duration;
import java.util.Optional;

/**
 * What has become of a fault.
 *
 * @param broken whether it was brought about
 * @param foundAfter how long the operator took to find it, from its start
 * @param summary of the finding
 * @param diagnosis what the learner found out, if it was the learner that found the fault
 * @param action the last news of the action that mends it
 * @param endedAfter how long it took from the finding to the end of the action
 * @param checkedGone whether the demo looked itself, and saw that it is gone
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

  /** The finding may not have been told of: then the action tells of it. */
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

  /** What the index that the learner advised is expected to save. */
  public Optional<OperatorEvent.Expected> expected() {
    return diagnosis.flatMap(OperatorEvent.Diagnosis::expected);
  }

  public Optional<OperatorEvent.Effect> effect() {
    return action.flatMap(OperatorEvent.Action::effect);
  }

  public boolean found() {
    return foundAfter.isPresent();
  }

  /** The action succeeded, and the fault is gone indeed. */
  public boolean mended() {
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
