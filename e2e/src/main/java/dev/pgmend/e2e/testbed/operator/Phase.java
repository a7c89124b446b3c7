// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

/** The phase of a HealingAction. */
public enum Phase {
  Proposed(false),
  AwaitingApproval(false),
  Scheduled(false),
  Running(false),
  Verifying(false),
  RollingBack(false),
  Succeeded(true),
  RolledBack(true),
  Failed(true),
  Cancelled(true),
  Superseded(true),
  Expired(true);

  private final boolean ended;

  Phase(boolean ended) {
    this.ended = ended;
  }

  /** Whether the phase is final. */
  public boolean ended() {
    return ended;
  }
}
