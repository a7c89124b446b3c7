package dev.pgmend.e2e.testbed.operator;

/** What the measurement of an action's effect allows to say. */
public enum Decision {
  Improved,
  Neutral,
  Regressed,
  NotEnoughTraffic
}
