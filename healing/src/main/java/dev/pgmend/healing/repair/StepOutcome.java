// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import java.util.List;

/**
 * What a statement left in the database, read when it no longer runs.
 *
 * @param done true if it took effect and must not be run again
 * @param cleanup statements that remove incomplete objects; each can run more than once
 */
public record StepOutcome(boolean done, List<String> cleanup) {
  /** Nothing happened, or nothing harmful: the statement can run. */
  public static final StepOutcome UNTOUCHED = new StepOutcome(false, List.of());

  public static final StepOutcome DONE = new StepOutcome(true, List.of());

  public StepOutcome {
    cleanup = List.copyOf(cleanup);
  }
}
