// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.view;

import dev.pgmend.e2e.testbed.operator.OperatorEvent.Diagnosis;
import dev.pgmend.e2e.testbed.operator.OperatorEvent.PlanLine;
import java.util.List;
import java.util.Locale;

/** The diagnosis of a slow statement as lines of ASCII text. */
final class PlanWords {
  private static final String CUT = "cut > ";
  private static final String NO_CUT = " ".repeat(CUT.length());

  /** Width of the columns for rows and time. */
  private static final int NUMBERS = 24;

  private PlanWords() {}

  /** {@code 24 ms per call, 31% of all time}. */
  static String head(Diagnosis diagnosis) {
    return "%s per call, %.0f%% of all time"
        .formatted(Words.ms(diagnosis.meanMs()), diagnosis.sharePercent());
  }

  /** One line per operator, root first. Operators of the cut are marked in the margin. */
  static List<String> plan(Diagnosis diagnosis, int columns) {
    return diagnosis.plan().stream().map(line -> line(line, columns)).toList();
  }

  /** The cost and the benefit of relieving the marked operators. */
  static String cut(Diagnosis diagnosis) {
    return String.format(
        Locale.ROOT,
        "cut %.3f = flow %.3f repairs for the first ms; up to %s of %s",
        diagnosis.cutValue(),
        diagnosis.flowValue(),
        Words.ms(diagnosis.savableMs()),
        Words.ms(diagnosis.latencyMs()));
  }

  private static String line(PlanLine line, int columns) {
    var margin = line.marked() ? CUT : NO_CUT;
    var width = Math.max(1, columns - margin.length() - NUMBERS);
    var text = Words.cut(" ".repeat(line.depth()) + Words.ascii(line.text()), width);
    var rows = String.format(Locale.ROOT, "%,.0f rows", line.rows());
    return margin + ("%-" + width + "s %13s %9s").formatted(text, rows, Words.ms(line.selfMs()));
  }
}
