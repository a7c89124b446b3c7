// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.engine.Direction;
import java.time.Duration;

/** The next state of an action. */
public sealed interface Transition {
  /** It enters another phase. */
  record To(HealingPhase phase, String reason, String message) implements Transition {}

  /** It stays in its phase. The status reports the reason, and it is checked again later. */
  record Wait(String reason, String message, Duration recheck) implements Transition {}

  /** Its statements run, or resume. */
  record Run(Direction direction) implements Transition {}

  /** Its effect is judged. */
  record Judge() implements Transition {}

  /** Its retention has ended. */
  record Remove() implements Transition {}

  /** It stays as it is and is checked again later. */
  record Keep(Duration recheck) implements Transition {}
}
