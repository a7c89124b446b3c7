// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

/** The verdict on an action's effect. */
public enum Decision {
  Improved,
  Neutral,
  Regressed,
  NotEnoughTraffic
}
