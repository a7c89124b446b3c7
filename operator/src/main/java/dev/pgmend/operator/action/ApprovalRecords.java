// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingActionStatus.Approver;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Maintains status.approval. */
final class ApprovalRecords {
  private ApprovalRecords() {}

  /**
   * Who approved an action; null if it is not approved. The time changes only with the approver.
   */
  static @Nullable Approver of(Permission permission, HealingActionStatus status, Instant now) {
    if (!(permission instanceof Permission.Allowed allowed)) {
      return null;
    }
    var known = status.approval();
    return known != null && known.via() == allowed.via() && Objects.equals(known.by(), allowed.by())
        ? known
        : new Approver(allowed.by(), allowed.via(), now.truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
