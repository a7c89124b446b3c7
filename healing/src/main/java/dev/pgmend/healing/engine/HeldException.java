package dev.pgmend.healing.engine;

import dev.pgmend.healing.guard.Guards;

/** A guard holds, before a statement or in the middle of it. */
final class HeldException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Guards.Held held;

  HeldException(Guards.Held held) {
    super(held.why());
    this.held = held;
  }

  RunResult asResult() {
    return new RunResult.Held(held.guard(), held.why());
  }
}
