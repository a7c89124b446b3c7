// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.finding;

/** Importance of a finding. */
public enum Severity {
  /** Good to know; nothing has to be done. */
  INFO,
  /** Costs space or speed today. */
  WARNING,
  /** Threatens the service or the data. */
  CRITICAL
}
