// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import dev.pgmend.e2e.demo.story.DemoResult;
import dev.pgmend.e2e.demo.story.FaultProgress;
import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.workload.Latency;
import dev.pgmend.e2e.testbed.workload.LoadReport;
import dev.pgmend.e2e.testbed.workload.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The result of the demo as text, eighty columns wide. */
final class Report {
  private static final String ROW = "  %-20s %8s %8s %8s   %8s %8s %8s";

  private static final String INDENT = " ".repeat(6);
  private static final int COLUMNS = 80;

  private Report() {}

  static List<String> lines(DemoResult result) {
    var lines = new ArrayList<String>();
    lines.add("What pgmend did automatically");
    result.faults().forEach(fault -> lines.addAll(fault(fault)));
    result.otherFindings().forEach(f -> lines.add("  also found: " + f.summary()));
    lines.add("");
    lines.addAll(latencies(result.load()));
    lines.add("");
    lines.addAll(ledger(result));
    lines.add("");
    lines.addAll(ending(result));
    return lines;
  }

  private static List<String> fault(FaultProgress progress) {
    var lines = new ArrayList<String>();
    lines.add("  %-17s %s".formatted(progress.fault().title(), progress.fault().shortTarget()));
    lines.add(INDENT + times(progress));
    progress.diagnosis().ifPresent(diagnosis -> lines.addAll(diagnosis(diagnosis)));
    progress.action().map(OperatorEvent.Action::statements).orElse(List.of()).stream()
        .map(sql -> INDENT + sql + ";")
        .forEach(lines::add);
    progress.expected().ifPresent(e -> lines.add(INDENT + "expected: " + Words.expected(e)));
    var verdict = Words.verdict(progress);
    if (!verdict.isEmpty()) {
      lines.add(INDENT + (progress.expected().isPresent() ? "measured: " : "") + verdict);
    }
    return lines;
  }

  /** The marks of the cut are in the margin. */
  private static List<String> diagnosis(OperatorEvent.Diagnosis diagnosis) {
    var lines = new ArrayList<String>();
    var columns = COLUMNS - INDENT.length();
    lines.add(INDENT + PlanWords.head(diagnosis) + ", in this plan:");
    lines.add(INDENT + Words.cut(Words.ascii(diagnosis.statement()), columns));
    lines.addAll(PlanWords.plan(diagnosis, COLUMNS));
    lines.add(INDENT + Words.cut(PlanWords.cut(diagnosis), columns));
    return lines;
  }

  private static String times(FaultProgress progress) {
    if (progress.foundAfter().isEmpty()) {
      return "NOT FOUND";
    }
    var found = "found in " + Words.seconds(progress.foundAfter().get());
    if (!progress.repaired()) {
      return found + ", NOT REPAIRED";
    }
    var ended = progress.endedAfter().map(after -> " in " + Words.seconds(after)).orElse("");
    return found
        + (progress.verified() ? ", repaired and verified" : ", repaired, NOT VERIFIED")
        + ended;
  }

  private static List<String> latencies(LoadReport load) {
    var lines = new ArrayList<String>();
    lines.add("Latency that the shop's users saw");
    lines.add(ROW.formatted("", "p50", "p50", "p50", "p95", "p95", "p95"));
    lines.add(ROW.formatted("", "healthy", "broken", "repaired", "healthy", "broken", "repaired"));
    load.lines().stream()
        .filter(line -> line.suffersFrom().isPresent())
        .map(line -> row(line.request(), line::in))
        .forEach(lines::add);
    lines.add(row("all requests", load::in));
    return lines;
  }

  private static String row(String name, Function<Period, Latency> latency) {
    var healthy = latency.apply(Period.HEALTHY);
    var broken = latency.apply(Period.BROKEN);
    var repaired = latency.apply(Period.REPAIRED);
    return ROW.formatted(
        name,
        Words.ms(healthy.p50Ms()),
        Words.ms(broken.p50Ms()),
        Words.ms(repaired.p50Ms()),
        Words.ms(healthy.p95Ms()),
        Words.ms(broken.p95Ms()),
        Words.ms(repaired.p95Ms()));
  }

  private static List<String> ledger(DemoResult result) {
    var agreeing = result.ledger().stream().filter(Ledger.Comparison::agrees).count();
    var rows = result.ledger().stream().mapToLong(c -> c.actual().rows()).sum();
    var tables =
        result.ledger().stream().map(c -> c.book().table()).collect(Collectors.joining(", "));
    return List.of(
        String.format(
            Locale.ROOT,
            "Workload: %,d requests, %d errors; %,d rows, %d lost.",
            result.load().requests(),
            result.load().errors(),
            rows,
            result.rowsLost()),
        "%d of %d tables agree with the users' own ledger in rows, keys and amounts:"
            .formatted(agreeing, result.ledger().size()),
        "  " + tables);
  }

  private static List<String> ending(DemoResult result) {
    if (result.ok()) {
      return List.of(
          "Every fault was found, repaired and verified; %s in all."
              .formatted(Words.clock(result.elapsed())),
          "",
          "Next, inspect your own database (read-only):",
          "  ./pgmend inspect --postgres postgresql://user:password@host:5432/database");
    }
    var lines = new ArrayList<String>();
    lines.add("These checks failed:");
    result.shortcomings().forEach(reason -> lines.add("  " + reason));
    return lines;
  }
}
