// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints the safety trials as lines of a Markdown table, each as it ends. */
final class SafetyTable {
  private final PrintStream out;

  SafetyTable(PrintStream out) {
    this.out = out;
  }

  void begin() {
    out.println("| Postgres | trial | what is tried | passed | what happened | took |");
    out.println("|---|---|---|---|---|---|");
  }

  void row(SafetyOutcome outcome) {
    if (outcome.skipped() != null) {
      out.printf(
          "| %s | %s | %s | not run: %s | | |%n",
          outcome.postgres(), outcome.trial(), outcome.tried(), outcome.skipped());
      return;
    }
    out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %.0f s |%n",
        outcome.postgres(),
        outcome.trial(),
        outcome.tried(),
        outcome.passed() ? "yes" : "**no**",
        outcome.happened(),
        outcome.seconds());
    outcome.failures().forEach(failure -> out.println("  ! " + outcome.trial() + ": " + failure));
  }

  void end(List<SafetyOutcome> outcomes) {
    var run = outcomes.stream().filter(outcome -> outcome.skipped() == null).toList();
    out.println();
    out.printf(
        "%d of %d safety trials passed, %d not run%n",
        run.stream().filter(SafetyOutcome::passed).count(),
        run.size(),
        outcomes.size() - run.size());
  }
}
