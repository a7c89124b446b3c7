// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** What the measurements say about an action. */
public enum Decision {
  /** The affected statements are faster, and the interval excludes chance. */
  Improved,
  /** Neither a gain nor harm beyond chance. */
  Neutral,
  /** The affected statements are slower than the policy allows. */
  Regressed,
  /** Too few statements ran to decide. */
  NotEnoughTraffic
}
