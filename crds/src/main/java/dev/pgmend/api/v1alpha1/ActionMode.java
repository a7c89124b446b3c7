// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** What pgmend does with one type of action. Never in any policy is the strongest. */
public enum ActionMode {
  /** It is not proposed. */
  Never,
  /** It is proposed and waits for approval. */
  Recommend,
  /** It runs automatically within windows, budgets and guards. */
  Auto
}
