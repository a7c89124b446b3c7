// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.healing.finding.Finding;
import java.util.Optional;

/** Names of the facts in the measurements of an action. */
public final class Facts {
  /** Size of the index or table in bytes. */
  public static final String TARGET_BYTES = "targetBytes";

  /** Whether the detector found nothing more right after the repair. */
  public static final String FINDING_GONE = "findingGone";

  /** Disk space that the repair takes, from the finding as it was just before the start. */
  static final String DISK_BYTES = "diskBytes";

  /** The same finding's {@link Finding#ACCEPTED_SLOWDOWN_PERCENT}. */
  static final String ACCEPTED_SLOWDOWN_PERCENT = "acceptedSlowdownPercent";

  private Facts() {}

  /** What was noted of the disk space when the action started; empty if it has not. */
  static Optional<Long> diskBytes(HealingActionStatus status) {
    return number(status, DISK_BYTES);
  }

  /** 0 if the action has not started. */
  static long acceptedSlowdownPercent(HealingActionStatus status) {
    return number(status, ACCEPTED_SLOWDOWN_PERCENT).orElse(0L);
  }

  private static Optional<Long> number(HealingActionStatus status, String name) {
    return Optional.ofNullable(status.before())
        .map(before -> before.facts().get(name))
        .map(Long::parseLong);
  }
}
