package dev.pgmend.e2e.gauntlet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outcomes as scenarios have them. */
final class Outcomes {
  private Outcomes() {}

  static Outcome mended(String scenario, double detectSeconds) {
    return mendable(scenario, true, detectSeconds, List.of(), null);
  }

  static Outcome told(String scenario) {
    return new Outcome(
        "18", scenario, null, true, false, null, null, false, 2.0, null, List.of(), null);
  }

  static Outcome notFound(String scenario) {
    return new Outcome(
        "18", scenario, null, false, true, null, null, false, null, null, List.of(), "not found");
  }

  static Outcome skipped(String scenario) {
    return new Outcome(
        "18", scenario, "no room", false, true, null, null, false, null, null, List.of(), null);
  }

  static Outcome mendable(
      String scenario,
      boolean gone,
      double detectSeconds,
      List<String> alsoFound,
      @Nullable String problem) {
    return new Outcome(
        "18",
        scenario,
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
