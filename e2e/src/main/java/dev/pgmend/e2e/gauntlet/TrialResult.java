// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.util.ArrayList;
import java.util.List;

/**
 * The result of a safety trial.
 *
 * @param happened a sentence with the relevant numbers
 * @param failures the checks that failed; none if pgmend did no harm
 */
public record TrialResult(String happened, List<String> failures) {
  public TrialResult {
    failures = List.copyOf(failures);
  }

  /** A result without failures. */
  public static TrialResult of(String happened) {
    return new TrialResult(happened, List.of());
  }

  /** Adds a check; if it does not hold, the result has this failure. */
  public TrialResult and(boolean holds, String failure) {
    if (holds) {
      return this;
    }
    var more = new ArrayList<>(failures);
    more.add(failure);
    return new TrialResult(happened, more);
  }

  /** Adds a check that a list is empty. */
  public TrialResult andNone(List<String> found, String what) {
    return and(found.isEmpty(), what + ": " + String.join(", ", found));
  }

  boolean passed() {
    return failures.isEmpty();
  }
}
