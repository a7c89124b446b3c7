package dev.pgmend.e2e.gauntlet;

import java.util.ArrayList;
import java.util.List;

/**
 * What a trial showed.
 *
 * @param happened a sentence with the numbers that matter
 * @param faults what should have been otherwise; none if pgmend did no harm
 */
public record TrialResult(String happened, List<String> faults) {
  public TrialResult {
    faults = List.copyOf(faults);
  }

  /** With nothing wrong so far. */
  public static TrialResult of(String happened) {
    return new TrialResult(happened, List.of());
  }

  /** The same, and if it does not hold, what should have been otherwise. */
  public TrialResult and(boolean holds, String fault) {
    if (holds) {
      return this;
    }
    var more = new ArrayList<>(faults);
    more.add(fault);
    return new TrialResult(happened, more);
  }

  /** The same, where nothing of a kind may be there. */
  public TrialResult andNone(List<String> found, String what) {
    return and(found.isEmpty(), what + ": " + String.join(", ", found));
  }

  boolean held() {
    return faults.isEmpty();
  }
}
