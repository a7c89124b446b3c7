package dev.pgmend.e2e.gauntlet;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints the trials as lines of a Markdown table, each as it comes. */
final class SafetyTable {
  private final PrintStream out;

  SafetyTable(PrintStream out) {
    this.out = out;
  }

  void begin() {
    out.println("| Postgres | trial | tried | held | what happened | took |");
    out.println("|---|---|---|---|---|---|");
  }

  void row(SafetyOutcome outcome) {
    if (outcome.skipped() != null) {
      out.printf(
          "| %s | %s | %s | not tried: %s | | |%n",
          outcome.postgres(), outcome.trial(), outcome.tried(), outcome.skipped());
      return;
    }
    out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %.0f s |%n",
        outcome.postgres(),
        outcome.trial(),
        outcome.tried(),
        outcome.held() ? "yes" : "**no**",
        outcome.happened(),
        outcome.seconds());
    outcome.faults().forEach(fault -> out.println("  ! " + outcome.trial() + ": " + fault));
  }

  void end(List<SafetyOutcome> outcomes) {
    var tried = outcomes.stream().filter(outcome -> outcome.skipped() == null).toList();
    out.println();
    out.printf(
        "%d of %d trials held, %d not tried%n",
        tried.stream().filter(SafetyOutcome::held).count(),
        tried.size(),
        outcomes.size() - tried.size());
  }
}
