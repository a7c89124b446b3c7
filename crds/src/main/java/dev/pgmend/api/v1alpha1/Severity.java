// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** Severity of a finding, in rising order. */
public enum Severity {
  /** Good to know. */
  Info,
  /** Costs performance or space, or will become critical. */
  Warning,
  /** Threatens availability or data. */
  Critical
}
