// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Prints the outcomes as lines of a Markdown table, each as it comes. */
final class Table {
  private final PrintStream out;

  Table(PrintStream out) {
    this.out = out;
  }

  void begin() {
    out.println(
        "| Postgres | fault | found | after | repaired | after | by | verdict | also found |");
    out.println("|---|---|---|---|---|---|---|---|---|");
  }

  void row(Outcome outcome) {
    if (outcome.skipped() != null) {
      out.printf(
          "| %s | %s | not run: %s | | | | | | |%n",
          outcome.postgres(), outcome.fault(), outcome.skipped());
      return;
    }
    out.printf(
        "| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
        outcome.postgres(),
        outcome.fault(),
        yes(outcome.found()),
        seconds(outcome.detectSeconds()),
        outcome.repairable() ? yes(outcome.gone() && outcome.problem() == null) : "reported",
        seconds(outcome.repairSeconds()),
        Objects.requireNonNullElse(outcome.action(), ""),
        Objects.requireNonNullElse(outcome.verdict(), ""),
        String.join(", ", outcome.alsoFound()));
    if (outcome.problem() != null) {
      out.println("  ! " + outcome.fault() + ": " + outcome.problem());
    }
  }

  void end(List<Report> reports) {
    out.println();
    for (var report : reports) {
      out.printf(
          Locale.ROOT,
          "%s: %d of %d found, %d of %d repaired, 95%% of the faults found within %.1f s"
              + " with an inspection every %d s;"
              + " %,d requests, %d errors, %d rows lost, balances %s; %d findings before the first fault%n",
          report.postgres(),
          report.found(),
          report.tried(),
          report.repaired(),
          report.repairable(),
          report.detectSeconds95(),
          report.intervalSeconds(),
          report.requests(),
          report.errors(),
          report.rowsLost(),
          report.booksAgree() ? "agree" : "differ",
          report.quiet().size());
      report.quiet().forEach(finding -> out.println("  ! without a fault: " + finding));
      if (!report.firstError().isEmpty()) {
        out.println("  ! first error: " + report.firstError());
      }
    }
  }

  private static String yes(boolean value) {
    return value ? "yes" : "**no**";
  }

  private static String seconds(@Nullable Double seconds) {
    return seconds == null ? "" : String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
