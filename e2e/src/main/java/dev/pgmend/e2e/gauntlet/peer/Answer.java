package dev.pgmend.e2e.gauntlet.peer;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a tool makes of a fault, from the least to the most. */
public enum Answer {
  NOT_INSTALLED("not installed"),
  NO_RULE("no rule"),
  /** It looks for such faults, and this one is none by its rule. */
  NOT_FOUND("no"),
  FOUND("found"),
  /** It would mend it by itself. */
  MENDED("mends");

  private final String words;

  Answer(String words) {
    this.words = words;
  }

  @JsonValue
  public String words() {
    return words;
  }
}
