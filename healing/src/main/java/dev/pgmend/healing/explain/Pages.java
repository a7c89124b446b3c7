// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.explain;

import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Detectors;
import dev.pgmend.healing.detect.NearestName;
import dev.pgmend.healing.repair.Repair;
import dev.pgmend.healing.repair.Repairs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The pages of all findings and repairs, in Markdown: those that docs/ holds and that {@code pgmend
 * explain} prints.
 */
public final class Pages {
  private static final String GENERATED =
      "<!-- Generated from the code. Change it there, then run: mvn -pl healing test"
          + " -Dtest=PagesTest -Dpgmend.docs.write=true -->\n\n";

  private Pages() {}

  /** All files by their path below docs/. */
  public static Map<String, String> files() {
    var files = new TreeMap<String, String>();
    files.put("findings/README.md", GENERATED + findings());
    files.put("repairs/README.md", GENERATED + repairs());
    for (var detector : Detectors.all()) {
      files.put("findings/%s.md".formatted(detector.name()), GENERATED + FindingPage.of(detector));
    }
    for (var repair : repairsByType()) {
      files.put("repairs/%s.md".formatted(repair.type()), GENERATED + RepairPage.of(repair));
    }
    return files;
  }

  /**
   * The page of a finding or a repair, whatever the case of its letters; empty if none is so
   * called.
   */
  public static Optional<String> page(String name) {
    var finding =
        Detectors.all().stream()
            .filter(detector -> detector.name().equalsIgnoreCase(name))
            .map(FindingPage::of)
            .findFirst();
    return finding.or(() ->
        repairsByType().stream()
            .filter(repair -> repair.type().equalsIgnoreCase(name))
            .map(RepairPage::of)
            .findFirst());
  }

  /** The right name that a misspelt one most likely stands for. */
  public static Optional<String> nearest(String name) {
    var names = new ArrayList<String>();
    Detectors.all().forEach(detector -> names.add(detector.name()));
    repairsByType().forEach(repair -> names.add(repair.type()));
    return NearestName.of(name, names);
  }

  /** A sentence for each finding, by name. */
  public static Map<String, String> findingSummaries() {
    var summaries = new TreeMap<String, String>();
    Detectors.all()
        .forEach(detector ->
            summaries.put(
                detector.name(), Markdown.firstSentence(detector.documentation().meaning())));
    return summaries;
  }

  /** A sentence for each repair, by type. */
  public static Map<String, String> repairSummaries() {
    var summaries = new TreeMap<String, String>();
    repairsByType()
        .forEach(repair ->
            summaries.put(repair.type(), Markdown.firstSentence(repair.documentation().purpose())));
    return summaries;
  }

  static List<Repair> repairsByType() {
    return List.copyOf(new TreeMap<>(Repairs.byType()).values());
  }

  private static String findings() {
    var table = new Markdown.Table("Finding", "What it means", "Repair");
    for (var detector : Detectors.all()) {
      var documentation = detector.documentation();
      table.row(
          Markdown.link(detector.name(), detector.name() + ".md"),
          Markdown.firstSentence(documentation.meaning()),
          repairsOf(detector));
    }
    return """
    # Findings

    Each inspection runs all detectors. Each detector reports one type of finding. A finding that
    names a repair becomes a HealingAction; the others need a person.

    %s
    If a detector cannot inspect something, for example a locked table, it reports a
    `DetectorFailed` finding (information) that says why.

    See also: [concepts](../concepts/findings.md), [repairs](../repairs/README.md),
    [change a threshold](../how-to/change-a-threshold.md).
    """
        .formatted(table);
  }

  private static String repairsOf(Detector detector) {
    var repairs =
        detector.documentation().repairs().stream()
            .map(type -> Markdown.link(type, "../repairs/%s.md".formatted(type)))
            .toList();
    return repairs.isEmpty() ? "none: by hand" : String.join(", ", repairs);
  }

  private static String repairs() {
    var table = new Markdown.Table("Repair", "What it does", "Risk", "Runs automatically");
    for (var repair : repairsByType()) {
      table.row(
          Markdown.link(repair.type(), repair.type() + ".md"),
          Markdown.firstSentence(repair.documentation().purpose()),
          RepairPage.risk(repair),
          RepairPage.shortCaution(repair.caution()));
    }
    return """
    # Repairs

    A finding names the repair that fixes it. Which repairs run, and whether they need an approval,
    is decided by the [policy](../concepts/policies.md).

    %s
    See also: [HealingActions](../concepts/healing-actions.md), [guards](../concepts/guards.md),
    [findings](../findings/README.md), [undo a repair](../how-to/undo-a-repair.md).
    """
        .formatted(table);
  }
}
