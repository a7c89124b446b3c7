package dev.pgmend.e2e.demo.story;

import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.workload.LoadSample;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where the demo stands at a moment.
 *
 * @param elapsed since its start
 * @param step what it does
 * @param detail of the step; empty if there is none
 * @param faults in the order in which they are brought about
 * @param diagnosis of a slow statement, for a while after the learner told it
 * @param load how the workload fares; empty while there is none
 */
public record Snapshot(
    Duration elapsed,
    Step step,
    String detail,
    List<FaultProgress> faults,
    Optional<OperatorEvent.Diagnosis> diagnosis,
    Optional<LoadSample> load) {

  public Snapshot {
    faults = List.copyOf(faults);
  }
}
