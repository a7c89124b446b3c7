package dev.pgmend.e2e.gauntlet;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one scenario went on one Postgres.
 *
 * @param skipped why it could not be tried; null if it was
 * @param mendable whether pgmend had to mend it by itself
 * @param action the type of the action that mended it
 * @param verdict what the measurement of the action's effect said
 * @param gone whether the fault is gone, by the scenario's own check
 * @param detectSeconds from the fault to the finding
 * @param repairSeconds from the finding to the end of the statements
 * @param alsoFound other findings above info that were made meanwhile and are not the fault's
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Outcome(
    String postgres,
    String scenario,
    @Nullable String skipped,
    boolean found,
    boolean mendable,
    @Nullable String action,
    @Nullable String verdict,
    boolean gone,
    @Nullable Double detectSeconds,
    @Nullable Double repairSeconds,
    List<String> alsoFound,
    @Nullable String problem) {

  Outcome {
    alsoFound = List.copyOf(alsoFound);
  }

  static Outcome skipped(String postgres, Fault scenario, String why) {
    return new Outcome(
        postgres,
        scenario.detector(),
        why,
        false,
        scenario.mendable(),
        null,
        null,
        false,
        null,
        null,
        List.of(),
        null);
  }

  /** The scenario itself did not work. */
  static Outcome broken(String postgres, Fault scenario, SQLException why) {
    return new Outcome(
        postgres,
        scenario.detector(),
        null,
        false,
        scenario.mendable(),
        null,
        null,
        false,
        null,
        null,
        List.of(),
        "the scenario itself failed: " + why.getMessage());
  }

  Outcome withProblem(String what) {
    return new Outcome(
        postgres,
        scenario,
        skipped,
        found,
        mendable,
        action,
        verdict,
        gone,
        detectSeconds,
        repairSeconds,
        alsoFound,
        problem == null ? what : problem + "; " + what);
  }

  boolean ok() {
    return skipped != null
        || (found && problem == null && alsoFound.isEmpty() && (!mendable || gone));
  }
}
