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
 * How the demo ended.
 *
 * @param loaded rows in the shop when it opened
 * @param operatorExit the operator's exit code; empty if it did not end in time
 * @param healthScore that the operator left the cluster with
 * @param otherFindings that are not of the demo's making
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

  /** Why it did not go as it should, each in a sentence. */
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
            "%s does not agree with the ledger: expected %s, found %s"
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
    if (!progress.mended()) {
      var why =
          progress
              .action()
              .map(a -> "%s is %s: %s".formatted(a.type(), a.phase(), a.message()))
              .orElse("no action was proposed");
      return Optional.of(what + " was not mended: " + why);
    }
    return progress.verified()
        ? Optional.empty()
        : Optional.of(what + " was mended, but the effect was not verified");
  }
}
