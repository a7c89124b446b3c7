// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import dev.pgmend.e2e.demo.story.DemoResult;
import dev.pgmend.e2e.demo.story.FaultProgress;
import dev.pgmend.e2e.demo.story.Snapshot;
import dev.pgmend.e2e.demo.story.View;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One line per change without control characters, for pipes, files and simple terminals. */
public final class PlainView implements View {
  private static final Duration LOAD_EVERY = Duration.ofSeconds(10);

  private static final String INDENT = " ".repeat(30);
  private static final int COLUMNS = 80;

  private final PrintStream out;
  private final Map<ShopFault, Set<String>> printed = new EnumMap<>(ShopFault.class);
  private final Set<ShopFault> explained = EnumSet.noneOf(ShopFault.class);
  private Duration nextLoad = Duration.ZERO;

  public PlainView(PrintStream out) {
    this.out = out;
  }

  @Override
  public void step(Snapshot now) {
    print(now, now.step().title());
  }

  @Override
  public void note(Snapshot now) {
    print(now, "  " + now.detail());
  }

  @Override
  public void detail(Snapshot now) {}

  @Override
  public void fault(Snapshot now, FaultProgress progress) {
    var line = line(progress);
    if (printed.computeIfAbsent(progress.fault(), _ -> new HashSet<>()).add(line)) {
      print(now, "  %-17s %s".formatted(progress.fault().title(), line));
    }
    if (explained.add(progress.fault())) {
      progress.diagnosis().ifPresentOrElse(this::explain, () -> explained.remove(progress.fault()));
    }
  }

  private void explain(OperatorEvent.Diagnosis diagnosis) {
    out.println(INDENT + Words.ascii(diagnosis.statement()));
    PlanWords.plan(diagnosis, COLUMNS).forEach(line -> out.println(INDENT + line));
    out.println(INDENT + PlanWords.cut(diagnosis));
    diagnosis
        .expected()
        .ifPresent(expected -> out.println(INDENT + "expected " + Words.expected(expected)));
    out.flush();
  }

  @Override
  public void otherFinding(Snapshot now, OperatorEvent.Finding finding) {
    print(now, "  %-17s %s".formatted("Also found", finding.summary()));
  }

  @Override
  public void operatorLine(String line) {}

  @Override
  public void load(Snapshot now) {
    if (now.elapsed().compareTo(nextLoad) >= 0) {
      nextLoad = now.elapsed().plus(LOAD_EVERY);
      now.load()
          .ifPresent(load -> print(now, "  %-17s %s".formatted("Workload", Words.load(load))));
    }
  }

  @Override
  public void result(DemoResult result) {
    out.println();
    Report.lines(result).forEach(out::println);
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }

  private static String line(FaultProgress progress) {
    if (progress.checkedGone()) {
      return "gone: confirmed by the demo's own check";
    }
    if (progress.action().isPresent()) {
      return line(progress.action().get(), progress);
    }
    return progress.found()
        ? "found: " + Words.found(progress)
        : "injected: " + progress.fault().cause();
  }

  private static String line(OperatorEvent.Action action, FaultProgress progress) {
    var start = action.type() + " " + action.phase();
    return switch (action.phase()) {
      case Proposed, AwaitingApproval, Scheduled, RollingBack -> start + why(action.reason());
      case Running -> start + ": " + String.join("; ", action.statements());
      case Verifying -> start;
      case Succeeded -> start + ": " + Words.outcome(progress);
      case RolledBack, Failed, Cancelled, Superseded, Expired -> start + ": " + action.message();
    };
  }

  /** Repairs that only wait for others get no line. */
  private static String why(String reason) {
    return switch (reason) {
      case "" -> "";
      case "WaitingForAction", "WaitingForBudget" -> " (waits for another repair)";
      case "WaitingForInspection" -> " (waits for the next inspection)";
      case "MeasuringBefore" -> " (measures the workload before the repair)";
      default -> " (" + reason + ")";
    };
  }

  private void print(Snapshot now, String text) {
    out.println(String.format(Locale.ROOT, "%6.1f s  ", now.elapsed().toMillis() / 1_000.0) + text);
    out.flush();
  }
}
