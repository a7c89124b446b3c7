// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** How an action was approved. */
public enum ApprovalVia {
  /** A user set spec.approval of the action to Approved. */
  SpecApproval,
  /** The policy lists the action in spec.approvals. */
  PolicyApprovals,
  /** The policy runs actions of this type automatically. */
  ModeAuto
}
