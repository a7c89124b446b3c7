// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one safety trial on one Postgres.
 *
 * @param skipped why the trial was not run; null if it was
 * @param passed whether every check passed; false if the trial was not run
 * @param happened empty if the trial was not run
 * @param failures the checks that failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SafetyOutcome(
    String postgres,
    String trial,
    String tried,
    @Nullable String skipped,
    boolean passed,
    String happened,
    List<String> failures,
    double seconds) {

  SafetyOutcome {
    failures = List.copyOf(failures);
  }

  static SafetyOutcome skipped(String postgres, SafetyTrial trial, String why) {
    return new SafetyOutcome(postgres, trial.name(), trial.tried(), why, false, "", List.of(), 0);
  }

  static SafetyOutcome of(String postgres, SafetyTrial trial, TrialResult result, double seconds) {
    return new SafetyOutcome(
        postgres,
        trial.name(),
        trial.tried(),
        null,
        result.passed(),
        result.happened(),
        result.failures(),
        seconds);
  }

  /** The trial could not be run. */
  static SafetyOutcome broken(String postgres, SafetyTrial trial, Exception why, double seconds) {
    return of(
        postgres,
        trial,
        new TrialResult("", List.of("the trial could not be run: " + why.getMessage())),
        seconds);
  }

  boolean ok() {
    return skipped != null || passed;
  }
}
