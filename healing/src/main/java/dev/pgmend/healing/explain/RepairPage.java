// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.explain;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Detectors;
import dev.pgmend.healing.guard.Guards;
import dev.pgmend.healing.repair.Caution;
import dev.pgmend.healing.repair.Repair;
import dev.pgmend.healing.repair.RepairPlan;
import java.util.Locale;

/** The page of one repair; its statements are those of a real plan. */
final class RepairPage {
  private RepairPage() {}

  static String of(Repair repair) {
    var documentation = repair.documentation();
    var plan = plan(repair);
    var page = new StringBuilder("# %s\n\n".formatted(repair.type()));
    page.append(documentation.purpose().strip()).append('\n');
    section(page, "What it runs", statements(plan));
    section(page, "Locks", documentation.locks());
    section(page, "Undo", undo(plan, documentation.undo()));
    section(page, "Risk: " + risk(repair).toLowerCase(Locale.ROOT), documentation.risks());
    section(page, "Whether it runs automatically", caution(repair.type(), repair.caution()));
    section(page, "Guards", guards(plan));
    section(page, "Findings that it fixes", findings(repair.type()));
    return page.toString();
  }

  /** One word. */
  static String risk(Repair repair) {
    return switch (plan(repair).risk()) {
      case LOW -> "Low";
      case MEDIUM -> "Medium";
      case HIGH -> "High";
    };
  }

  static String shortCaution(Caution caution) {
    return switch (caution) {
      case ORDINARY -> "in mode Auto";
      case ONLY_WHEN_NAMED -> "if the policy names it";
      case NEVER_UNLESS_NAMED -> "if the policy names it, else it is not even proposed";
    };
  }

  private static RepairPlan plan(Repair repair) {
    return repair
        .plan(repair.documentation().example())
        .orElseThrow(() -> new IllegalStateException("No plan for its example: " + repair.type()));
  }

  private static void section(StringBuilder page, String heading, String text) {
    page.append("\n## %s\n\n%s\n".formatted(heading, text.strip()));
  }

  private static String statements(RepairPlan plan) {
    return "For example, for `%s`:\n\n%s".formatted(plan.target(), Markdown.sql(plan.statements()));
  }

  private static String undo(RepairPlan plan, String text) {
    return plan.undo().isEmpty()
        ? text
        : text.strip() + "\n\n" + Markdown.sql(plan.undoStatements());
  }

  private static String caution(String type, Caution caution) {
    return switch (caution) {
      case ORDINARY ->
          "In a policy with `mode: Auto` it runs automatically. In `mode: Recommend` it waits for an"
              + " approval.";
      case ONLY_WHEN_NAMED ->
          "It runs automatically only if the policy names it:\n\n%s\nOtherwise it waits for an approval."
              .formatted(policy(type));
      case NEVER_UNLESS_NAMED ->
          "It is not even proposed unless the policy names it, with `Auto` or `Recommend`:\n\n%s"
              .formatted(policy(type));
    };
  }

  private static String policy(String type) {
    return "```yaml\nspec:\n  actions:\n    %s: Auto\n```\n".formatted(type);
  }

  private static String guards(RepairPlan plan) {
    var text = new StringBuilder("These [guards](../concepts/guards.md) are checked:\n");
    for (var guard : Guards.concerning(plan)) {
      text.append("\n* ")
          .append(Markdown.link(guard, "../concepts/guards.md#" + guard.toLowerCase(Locale.ROOT)));
    }
    return text.toString();
  }

  private static String findings(String type) {
    var text = new StringBuilder();
    Detectors.all().stream()
        .filter(detector -> detector.documentation().repairs().contains(type))
        .map(Detector::name)
        .forEach(name ->
            text.append("* ")
                .append(Markdown.link(name, "../findings/%s.md".formatted(name)))
                .append('\n'));
    return text.toString();
  }
}
