package dev.pgmend.healing.engine;

/** How a run of a plan ended. */
public sealed interface RunResult {
  /** Every statement took effect. */
  record Completed() implements RunResult {}

  /** It may not run now, and nothing half done is left; ask again later. */
  record Held(String guard, String why) implements RunResult {
    /** In the place of a guard's name: whoever runs it was told to stop. */
    public static final String HALT = "Halt";

    /** In the place of a guard's name: another repair is at work in the database. */
    public static final String ONE_AT_A_TIME = "OneAtATime";
  }

  /** It can't be done; nothing half done is left unless the message says so. */
  record Failed(String reason, String message) implements RunResult {}

  /** The server went away in the middle: what became of it is not known yet; run it again. */
  record Interrupted(String why) implements RunResult {}
}
