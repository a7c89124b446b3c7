// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.learner.finetune.FineTuningStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The status of a learner. Counts are since its start.
 *
 * @param cycles cycles that ended, with or without an error
 * @param caughtUp whether the last cycle diagnosed every relevant statement
 * @param lastSample when the last successful cycle ended
 * @param live false if cycles no longer end, so that a restart is needed
 * @param problem the error of the last cycle; empty if it was successful
 * @param statementsObserved samples of statements that ran
 * @param plansCaptured plans that the learner requested
 * @param plansRefused statements for which no plan was available, by SQLSTATE
 * @param diagnoses statements whose bottleneck was computed
 * @param advised of these, statements with an index worth building
 * @param overheadPercent recent share of the server's execution time that learning took, the
 *     highest of the databases
 * @param pauseSeconds time until the next cycle; grows as the budget is used up
 * @param medianError median factor by which recent predictions missed; 0 if there were none
 * @param fineTuning status of fitting the model to the cluster
 */
public record LearnerStatus(
    long cycles,
    boolean caughtUp,
    Optional<Instant> lastSample,
    boolean live,
    String problem,
    long statementsObserved,
    long plansCaptured,
    Map<String, Long> plansRefused,
    long diagnoses,
    long advised,
    double overheadPercent,
    double pauseSeconds,
    double medianError,
    FineTuningStatus fineTuning) {
  public LearnerStatus {
    plansRefused = Map.copyOf(plansRefused);
  }
}
