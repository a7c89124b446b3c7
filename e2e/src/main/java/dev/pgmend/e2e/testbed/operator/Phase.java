package dev.pgmend.e2e.testbed.operator;

/** Where an action is on its way, as its HealingAction says. */
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

  /** Whether nothing more happens by itself. */
  public boolean ended() {
    return ended;
  }
}
