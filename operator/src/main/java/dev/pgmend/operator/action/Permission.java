// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.ApprovalVia;
import org.jspecify.annotations.Nullable;

/** Whether an action can run. */
public sealed interface Permission {
  /** A user set spec.approval to Denied. */
  record Denied() implements Permission {}

  /** The policy does not allow the type. */
  record ForbiddenByPolicy(String message) implements Permission {}

  /** It needs an approval. */
  record NotApproved(String message) implements Permission {}

  /**
   * It can run.
   *
   * @param by field manager or name of the policy; null if it is not known
   */
  record Allowed(ApprovalVia via, @Nullable String by, String message) implements Permission {}
}
