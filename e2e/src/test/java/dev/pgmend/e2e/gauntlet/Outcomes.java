// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outcomes for tests. */
final class Outcomes {
  private Outcomes() {}

  static Outcome repaired(String fault, double detectSeconds) {
    return repairable(fault, true, detectSeconds, List.of(), null);
  }

  static Outcome reported(String fault) {
    return new Outcome(
        "18", fault, null, true, false, null, null, false, 2.0, null, List.of(), null);
  }

  static Outcome notFound(String fault) {
    return new Outcome(
        "18", fault, null, false, true, null, null, false, null, null, List.of(), "not found");
  }

  static Outcome skipped(String fault) {
    return new Outcome(
        "18", fault, "no room", false, true, null, null, false, null, null, List.of(), null);
  }

  static Outcome repairable(
      String fault,
      boolean gone,
      double detectSeconds,
      List<String> alsoFound,
      @Nullable String problem) {
    return new Outcome(
        "18",
        fault,
        null,
        true,
        true,
        "Analyze",
        "Neutral",
        gone,
        detectSeconds,
        3.25,
        alsoFound,
        problem);
  }
}
