// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

/** How a run of a plan ended. */
public sealed interface RunResult {
  /** Every statement took effect. */
  record Completed() implements RunResult {}

  /** It cannot run now, and nothing incomplete is left; try again later. */
  record Held(String guard, String why) implements RunResult {
    /** In place of a guard's name: a request to stop the run. */
    public static final String HALT = "Halt";

    /** In place of a guard's name: another repair runs in the database. */
    public static final String ONE_AT_A_TIME = "OneAtATime";
  }

  /** It failed; nothing incomplete is left unless the message says so. */
  record Failed(String reason, String message) implements RunResult {}

  /**
   * The connection was lost while it ran: whether it took effect is not known yet; run it again.
   */
  record Interrupted(String why) implements RunResult {}
}
