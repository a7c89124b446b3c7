package dev.pgmend.healing.repair;

import java.util.List;

/**
 * What a statement left in the database, asked when nobody runs it any more.
 *
 * @param done true if it took effect and must not be run again
 * @param cleanup statements that remove what it left half made; each may be run more than once
 */
public record Aftermath(boolean done, List<String> cleanup) {
  /** Nothing happened, or what happened does no harm: it may be run. */
  public static final Aftermath UNTOUCHED = new Aftermath(false, List.of());

  public static final Aftermath DONE = new Aftermath(true, List.of());

  public Aftermath {
    cleanup = List.copyOf(cleanup);
  }
}
