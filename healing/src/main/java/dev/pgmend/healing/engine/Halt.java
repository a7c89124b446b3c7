package dev.pgmend.healing.engine;

import dev.pgmend.healing.guard.Guards;
import java.util.Optional;

/** Whether somebody wants a run to stop; asked before each statement and while it runs. */
@FunctionalInterface
public interface Halt {
  /** Nobody ever does. */
  Halt NEVER = Optional::empty;

  /** Why it is to stop; empty if it may go on. */
  Optional<String> asked();

  /** The same, in the form in which a guard would say it. */
  default Optional<Guards.Held> held() {
    return asked().map(why -> new Guards.Held(RunResult.Held.HALT, why));
  }
}
