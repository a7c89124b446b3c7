package dev.pgmend.healing.engine;

/** How a run of a plan ended. */
public sealed interface RunResult {
  /** Every statement took effect. */
  record Completed() implements RunResult {}

  /** It may not run now, and nothing half done is left; ask again later. */
  record Held(String guard, String why) implements RunResult {}

  /** It can't be done; nothing half done is left unless the message says so. */
  record Failed(String reason, String message) implements RunResult {}

  /** The server went away in the middle: what became of it is not known yet; run it again. */
  record Interrupted(String why) implements RunResult {}
}
