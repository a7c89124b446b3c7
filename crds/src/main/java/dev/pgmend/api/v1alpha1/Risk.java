// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** How much harm a repair could do, in rising order. */
public enum Risk {
  /** Harmless and quickly undone. */
  Low,
  /** May slow the server for a while, or changes plans. */
  Medium,
  /** May interrupt service, or cannot be fully undone. */
  High
}
