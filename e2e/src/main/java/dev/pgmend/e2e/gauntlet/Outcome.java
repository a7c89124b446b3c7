// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one fault on one Postgres.
 *
 * @param skipped why the fault was not injected; null if it was
 * @param repairable whether pgmend must repair it automatically
 * @param action the type of the action that repaired it
 * @param verdict the verdict on the action's effect
 * @param gone whether the fault is gone, by the fault's own check
 * @param detectSeconds from the fault to the finding
 * @param repairSeconds from the finding to the end of the statements
 * @param alsoFound other findings above Info that the fault does not explain
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Outcome(
    String postgres,
    String fault,
    @Nullable String skipped,
    boolean found,
    boolean repairable,
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

  static Outcome skipped(String postgres, Fault fault, String why) {
    return new Outcome(
        postgres,
        fault.detector(),
        why,
        false,
        fault.repairable(),
        null,
        null,
        false,
        null,
        null,
        List.of(),
        null);
  }

  /** The fault could not be injected or checked. */
  static Outcome broken(String postgres, Fault fault, SQLException why) {
    return new Outcome(
        postgres,
        fault.detector(),
        null,
        false,
        fault.repairable(),
        null,
        null,
        false,
        null,
        null,
        List.of(),
        "the fault could not be injected or checked: " + why.getMessage());
  }

  Outcome withProblem(String what) {
    return new Outcome(
        postgres,
        fault,
        skipped,
        found,
        repairable,
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
        || (found && problem == null && alsoFound.isEmpty() && (!repairable || gone));
  }
}
