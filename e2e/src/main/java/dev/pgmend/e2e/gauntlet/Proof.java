package dev.pgmend.e2e.gauntlet;

import java.util.ArrayList;
import java.util.List;

/**
 * What a trial showed.
 *
 * @param happened a sentence with the numbers that matter
 * @param faults what should have been otherwise; none if pgmend did no harm
 */
public record Proof(String happened, List<String> faults) {
  public Proof {
    faults = List.copyOf(faults);
  }

  /** With nothing wrong so far. */
  public static Proof of(String happened) {
    return new Proof(happened, List.of());
  }

  /** The same, and if it does not hold, what should have been otherwise. */
  public Proof and(boolean holds, String fault) {
    if (holds) {
      return this;
    }
    var more = new ArrayList<>(faults);
    more.add(fault);
    return new Proof(happened, more);
  }

  /** The same, where nothing of a kind may be there. */
  public Proof andNone(List<String> found, String what) {
    return and(found.isEmpty(), what + ": " + String.join(", ", found));
  }

  boolean held() {
    return faults.isEmpty();
  }
}
