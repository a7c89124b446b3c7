// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.guard.Guards;
import java.util.Optional;

/** A request to stop a run; checked before each statement and while it runs. */
@FunctionalInterface
public interface Halt {
  /** No request to stop. */
  Halt NEVER = Optional::empty;

  /** Why it must stop; empty if it can continue. */
  Optional<String> asked();

  /** The same, as the answer of a guard. */
  default Optional<Guards.Held> held() {
    return asked().map(why -> new Guards.Held(RunResult.Held.HALT, why));
  }
}
