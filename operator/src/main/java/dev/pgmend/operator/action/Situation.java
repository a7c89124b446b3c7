// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that decides what happens to an action next.
 *
 * @param gate what the policy allows
 * @param sighting whether its finding still exists
 * @param blockedBy another action that must end first, if there is one
 * @param past how much of the workload before the repair was measured
 * @param indexBytes size of the index that the repair would build; 0 if it builds none
 */
public record Situation(
    Instant now,
    Gate gate,
    boolean paused,
    Sighting sighting,
    Optional<String> blockedBy,
    Past past,
    long indexBytes) {

  /** State of the finding of an action in the last inspection. */
  public enum Sighting {
    /** There was no inspection yet, or none since the action was proposed. */
    UNKNOWN,
    /** The finding exists, and its fix has exactly the statements of the action. */
    PRESENT,
    /** The finding exists, but its fix now needs other statements. */
    CHANGED,
    /** The finding is gone. */
    GONE
  }

  /**
   * The workload before the repair, against which its effect is measured.
   *
   * @param measurable false without pg_stat_statements
   * @param missing how much longer the workload must be measured
   */
  public record Past(boolean measurable, Duration missing) {}
}
