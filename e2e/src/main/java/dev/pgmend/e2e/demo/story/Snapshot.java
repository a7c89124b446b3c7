// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.story;

import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.workload.LoadSample;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The state of the demo at one moment.
 *
 * @param elapsed since its start
 * @param step the current step
 * @param detail of the step; empty if there is none
 * @param faults in the order of their injection
 * @param diagnosis of a slow statement, for a while after the learner reported it
 * @param load the latest sample of the workload; empty while there is none
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
