package dev.pgmend.healing.repair;

import java.util.List;

/**
 * What a statement left in the database, asked when nobody runs it any more.
 *
 * @param done true if it took effect and must not be run again
 * @param cleanup statements that remove what it left half made; each may be run more than once
 */
public record StepOutcome(boolean done, List<String> cleanup) {
  /** Nothing happened, or what happened does no harm: it may be run. */
  public static final StepOutcome UNTOUCHED = new StepOutcome(false, List.of());

  public static final StepOutcome DONE = new StepOutcome(true, List.of());

  public StepOutcome {
    cleanup = List.copyOf(cleanup);
  }
}
