// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.explain;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;

/** The page of one finding. */
final class FindingPage {
  private FindingPage() {}

  static String of(Detector detector) {
    var documentation = detector.documentation();
    var page = new StringBuilder("# %s\n\n".formatted(detector.name()));
    page.append(documentation.meaning().strip()).append("\n\n");
    page.append(
        switch (detector.scope()) {
          case DATABASE -> "pgmend looks for it in each database.\n";
          case SERVER -> "pgmend looks for it once for each server.\n";
        });
    section(page, "How it is measured", documentation.measurement());
    section(page, "Severity", documentation.severity());
    section(page, "Thresholds", thresholds(documentation));
    section(page, "Evidence", evidence(documentation));
    section(page, "What fixes it", remedy(documentation));
    section(page, "See it yourself", Markdown.sql(documentation.reproduction()));
    section(page, "What it does not see", documentation.limits());
    return page.toString();
  }

  private static void section(StringBuilder page, String heading, String text) {
    page.append("\n## %s\n\n%s\n".formatted(heading, text.strip()));
  }

  private static String thresholds(FindingDoc documentation) {
    if (documentation.thresholds().isEmpty()) {
      return "None.";
    }
    var table = new Markdown.Table("Name", "Type", "Default", "Meaning");
    for (var threshold : documentation.thresholds()) {
      table.row(
          Markdown.code(threshold.key()),
          threshold.kind().unit(),
          Markdown.code(threshold.defaultText()),
          threshold.meaning());
    }
    return table
        + "\nSet them in [`spec.thresholds` of a TuningPolicy](../how-to/change-a-threshold.md), or"
        + " with\n`./pgmend inspect --threshold NAME=VALUE`.";
  }

  private static String evidence(FindingDoc documentation) {
    var table = new Markdown.Table("Name", "Unit", "Meaning");
    for (var evidence : documentation.evidence()) {
      table.row(Markdown.code(evidence.name()), evidence.unit(), evidence.meaning());
    }
    return table.toString();
  }

  private static String remedy(FindingDoc documentation) {
    var text = new StringBuilder(documentation.remedy().strip());
    if (documentation.repairs().isEmpty()) {
      return text.append("\n\nNo repair: a person must fix it.").toString();
    }
    text.append("\n\nRepairs:\n");
    documentation
        .repairs()
        .forEach(type ->
            text.append("\n* ").append(Markdown.link(type, "../repairs/%s.md".formatted(type))));
    return text.toString();
  }
}
