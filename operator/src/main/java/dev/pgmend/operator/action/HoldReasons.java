// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.healing.engine.RunResult;

/** Reasons in the status of an action that something holds. */
final class HoldReasons {
  /** A user stopped it. */
  static final String STOPPED = "Stopped";

  private HoldReasons() {}

  /** The reason for a guard, or for what stands in the place of one. */
  static String of(String guard) {
    return switch (guard) {
      case RunResult.Held.HALT -> STOPPED;
      case RunResult.Held.ONE_AT_A_TIME -> "WaitingForOtherRepair";
      default -> "WaitingFor" + guard;
    };
  }
}
