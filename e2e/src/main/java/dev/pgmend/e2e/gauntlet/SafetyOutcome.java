package dev.pgmend.e2e.gauntlet;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one trial went on one Postgres.
 *
 * @param skipped why it could not be tried; null if it was
 * @param held whether pgmend did no harm; false where it was not tried
 * @param happened empty where it was not tried
 * @param faults what should have been otherwise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SafetyOutcome(
    String postgres,
    String trial,
    String tried,
    @Nullable String skipped,
    boolean held,
    String happened,
    List<String> faults,
    double seconds) {

  SafetyOutcome {
    faults = List.copyOf(faults);
  }

  static SafetyOutcome skipped(String postgres, SafetyTrial trial, String why) {
    return new SafetyOutcome(postgres, trial.name(), trial.tried(), why, false, "", List.of(), 0);
  }

  static SafetyOutcome of(String postgres, SafetyTrial trial, TrialResult proof, double seconds) {
    return new SafetyOutcome(
        postgres,
        trial.name(),
        trial.tried(),
        null,
        proof.held(),
        proof.happened(),
        proof.faults(),
        seconds);
  }

  /** The trial itself did not work. */
  static SafetyOutcome broken(String postgres, SafetyTrial trial, Exception why, double seconds) {
    return of(
        postgres,
        trial,
        new TrialResult("", List.of("the trial itself failed: " + why.getMessage())),
        seconds);
  }

  boolean ok() {
    return skipped != null || held;
  }
}
