// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** What pgmend does with findings, in rising order. */
public enum PolicyMode {
  /** It reports findings and proposes nothing. */
  Observe,
  /** It proposes actions, which wait for approval. */
  Recommend,
  /** It runs actions automatically within windows, budgets and guards. */
  Auto
}
