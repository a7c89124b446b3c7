package dev.pgmend.learner.app;

import dev.pgmend.learner.finetune.FineTuningStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How a learner fares; counts are since it started.
 *
 * @param looks rounds that ended, well or not
 * @param caughtUp whether the last round diagnosed every statement that is worth it
 * @param lastLook when the last round that went well ended
 * @param turning false if rounds do not end any more: then only a new start helps
 * @param problem what kept the last round from going well; empty if nothing did
 * @param statementsObserved samples of statements that ran
 * @param plansCaptured plans that the server was asked for
 * @param plansRefused statements of which no plan could be had, by the reason's SQLSTATE
 * @param diagnoses statements whose bottleneck was looked for
 * @param advised of these, those with an index worth building
 * @param overheadPercent what learning costs the server lately, the worst of its databases
 * @param pauseSeconds until the next round, which grows as the budget is used up
 * @param medianError the factor by which predictions missed lately, half of them by less; 0 if
 *     nothing was predicted
 * @param fineTuning how fitting the model to the cluster goes
 */
public record LearnerStatus(
    long looks,
    boolean caughtUp,
    Optional<Instant> lastLook,
    boolean turning,
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
