// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

/** A guard's answer. One that cannot be checked holds, and reports what is missing. */
public sealed interface Answer {
  Answer PASS = new Pass();

  static Answer hold(String why) {
    return new Hold(why);
  }

  /** No objection. */
  record Pass() implements Answer {}

  /**
   * Not now.
   *
   * @param why a sentence for the user: what stands in the way and what would clear it
   */
  record Hold(String why) implements Answer {}
}
