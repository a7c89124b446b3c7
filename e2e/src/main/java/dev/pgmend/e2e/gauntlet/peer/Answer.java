// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a tool does about a fault, from the least to the most. */
public enum Answer {
  NOT_INSTALLED("not installed"),
  NO_RULE("no rule"),
  /** The tool looks for such faults, and its rule does not match this one. */
  NOT_FOUND("no"),
  FOUND("found"),
  /** The tool would repair the fault automatically. */
  REPAIRED("repairs");

  private final String words;

  Answer(String words) {
    this.words = words;
  }

  @JsonValue
  public String words() {
    return words;
  }
}
