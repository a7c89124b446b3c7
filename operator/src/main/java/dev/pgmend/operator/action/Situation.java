package dev.pgmend.operator.action;

import dev.pgmend.operator.policy.EffectivePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * All that decides what becomes of an action next.
 *
 * @param sighting whether its finding is still there
 * @param blockedBy another action that must end first, if there is one
 * @param past how much of the workload before the repair has been seen
 * @param indexBytes what the repair would build; 0 if nothing
 */
public record Situation(
    Instant now,
    EffectivePolicy policy,
    boolean paused,
    Sighting sighting,
    Optional<String> blockedBy,
    Past past,
    long indexBytes) {

  /** What the last inspection says of an action's finding. */
  public enum Sighting {
    /** There was none yet, or none since the action was proposed. */
    UNKNOWN,
    /** It is there, and mending it takes the very statements that the action names. */
    THERE,
    /** It is there, but mending it takes other statements by now. */
    CHANGED,
    GONE
  }

  /**
   * The workload's past, against which a repair's effect is measured.
   *
   * @param measurable false if pg_stat_statements is not there
   * @param missing how much longer it must be watched
   */
  public record Past(boolean measurable, Duration missing) {}
}
