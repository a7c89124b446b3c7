package dev.pgmend.operator.action;

import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.healing.engine.Direction;
import java.time.Duration;

/** What becomes of an action next. */
public sealed interface Transition {
  /** It enters another phase. */
  record To(HealingPhase phase, String reason, String message) implements Transition {}

  /** It stays where it is; the reason is shown, and it is looked at again after a while. */
  record Wait(String reason, String message, Duration recheck) implements Transition {}

  /** Its statements run, or go on. */
  record Run(Direction direction) implements Transition {}

  /** Its effect is judged. */
  record Judge() implements Transition {}

  /** Its record has been kept long enough. */
  record Remove() implements Transition {}

  /** It stays as it is, untouched, and is looked at again after a while. */
  record Keep(Duration recheck) implements Transition {}
}
