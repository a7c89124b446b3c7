// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** What a user decides about one action. */
public enum Approval {
  /** The action can run. */
  Approved,
  /** The action must not run; one that runs is stopped and undone. */
  Denied
}
