// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.healing.engine.InspectionReport;
import dev.pgmend.healing.engine.RootCauses;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.repair.Repairs;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** An inspection as text. */
final class InspectionText {
  private final PrintWriter out;
  private final Ansi ansi;

  InspectionText(PrintWriter out, Ansi ansi) {
    this.out = out;
    this.ansi = ansi;
  }

  /** A server without findings prints nothing: its databases are shown as healthy. */
  void print(InspectionReport report) {
    if (report.database().isEmpty() && report.findings().isEmpty()) {
      return;
    }
    out.println(
        "%s on Postgres %s: health %d of 100, %s"
            .formatted(
                report.database().isEmpty() ? "the server" : report.database(),
                report.facts().version(),
                InspectionReport.healthScore(report.findings()),
                counts(report.findings())));
    var causes = RootCauses.among(report.findings());
    for (var finding : report.findings()) {
      out.println();
      print(finding, causes);
    }
  }

  private void print(Finding finding, RootCauses causes) {
    out.println(
        style(finding.severity(), finding.severity().name().toLowerCase(Locale.ROOT))
            + "  "
            + ansi.text("@|bold %s|@".formatted(finding.detector()))
            + "  "
            + finding.target());
    out.println("    " + finding.summary());
    out.println("    " + ansi.text("@|faint evidence:|@ ") + evidence(finding));
    causes
        .of(finding)
        .ifPresent(cause ->
            out.println("    caused by:  %s %s".formatted(cause.detector(), cause.target())));
    Repairs.planFor(finding)
        .ifPresent(plan -> {
          plan.statements().forEach(sql -> out.println("    fix:   " + sql + ";"));
          plan.undoStatements().forEach(sql -> out.println("    undo:  " + sql + ";"));
        });
  }

  private static String evidence(Finding finding) {
    return finding.evidence().entrySet().stream()
        .filter(entry -> !entry.getKey().equals("definition"))
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private String style(Severity severity, String text) {
    var style =
        switch (severity) {
          case CRITICAL -> "red,bold";
          case WARNING -> "yellow,bold";
          case INFO -> "cyan";
        };
    return ansi.text("@|%s %s|@".formatted(style, text)).toString();
  }

  private static String counts(List<Finding> findings) {
    if (findings.isEmpty()) {
      return "no findings";
    }
    return findings.stream()
        .collect(
            Collectors.groupingBy(
                Finding::severity,
                () -> new TreeMap<>(Comparator.<Severity>reverseOrder()),
                Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
