// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.story;

import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.workload.LoadReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of the demo.
 *
 * @param loaded rows in the shop when it opened
 * @param operatorExit the operator's exit code; empty if it did not end in time
 * @param healthScore the cluster's health score at the end
 * @param otherFindings findings that the demo did not cause
 */
public record DemoResult(
    Duration elapsed,
    long loaded,
    List<FaultProgress> faults,
    LoadReport load,
    List<Ledger.Comparison> ledger,
    OptionalInt operatorExit,
    OptionalInt healthScore,
    List<OperatorEvent.Finding> otherFindings) {

  public DemoResult {
    faults = List.copyOf(faults);
    ledger = List.copyOf(ledger);
    otherFindings = List.copyOf(otherFindings);
  }

  public long rowsLost() {
    return ledger.stream().mapToLong(Ledger.Comparison::rowsLost).sum();
  }

  public boolean ok() {
    return shortcomings().isEmpty();
  }

  /** The checks that failed, each in a sentence. */
  public List<String> shortcomings() {
    var reasons = new ArrayList<String>();
    for (var fault : faults) {
      shortcoming(fault).ifPresent(reasons::add);
    }
    if (load.errors() > 0) {
      reasons.add(
          "%d of the workload's requests failed; the first: %s"
              .formatted(load.errors(), load.firstError()));
    }
    ledger.stream()
        .filter(c -> !c.agrees())
        .map(c ->
            "%s differs from the ledger: expected %s, found %s"
                .formatted(c.book().table(), c.expected(), c.actual()))
        .forEach(reasons::add);
    if (operatorExit.isEmpty()) {
      reasons.add("the operator did not end in time");
    } else if (operatorExit.getAsInt() != 0) {
      reasons.add("the operator ended with exit code " + operatorExit.getAsInt());
    }
    return List.copyOf(reasons);
  }

  private static Optional<String> shortcoming(FaultProgress progress) {
    var what = progress.fault().title() + " " + progress.fault().shortTarget();
    if (!progress.found()) {
      return Optional.of(what + " was not found");
    }
    if (!progress.repaired()) {
      var why =
          progress
              .action()
              .map(a -> "%s is %s: %s".formatted(a.type(), a.phase(), a.message()))
              .orElse("no action was proposed");
      return Optional.of(what + " was not repaired: " + why);
    }
    return progress.verified()
        ? Optional.empty()
        : Optional.of(what + " was repaired, but the effect was not verified");
  }
}
