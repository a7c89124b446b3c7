// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingActionStatus;
import java.time.Duration;
import java.time.Instant;

/** Time to keep the record of a final action. */
public final class Retention {
  public static final Duration TIME = Duration.ofDays(30);

  private Retention() {}

  static Transition of(HealingActionStatus status, Instant now) {
    var ended = status.timesOrDefault().endedAt();
    if (ended == null) {
      return new Transition.Keep(TIME);
    }
    var left = Duration.between(now, Instant.parse(ended).plus(TIME));
    return left.isPositive() ? new Transition.Keep(left) : new Transition.Remove();
  }
}
