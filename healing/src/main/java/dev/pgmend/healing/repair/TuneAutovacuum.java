// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes autovacuum visit a table as often as it needs, by the table's options, and vacuums it now.
 */
@AutoService(Repair.class)
public final class TuneAutovacuum implements Repair {
  public static final String TYPE = "TuneAutovacuum";

  /** Argument: whether autovacuum is off for the table. */
  public static final String DISABLED = "disabled";

  /** Argument: the scale factor to set; absent if the present one is right. */
  public static final String PROPOSED_SCALE = "proposedScaleFactor";

  /** Argument: the options of the table that are overwritten, as name=value, comma separated. */
  public static final String REPLACED_OPTIONS = "replacedOptions";

  private static final String ENABLED = "autovacuum_enabled";
  private static final String SCALE = "autovacuum_vacuum_scale_factor";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public RepairDoc documentation() {
    return new RepairDoc(
        """
        Sets autovacuum options of one table, so that autovacuum visits it as often as it needs,
        and vacuums it once now. Options are only set if autovacuum is off for the table or its
        scale factor is too large for the number of rows.\
        """,
        "SHARE UPDATE EXCLUSIVE on the table. Reads and writes continue.",
        """
        Restores the options that the table had before. The vacuum itself needs no undo.\
        """,
        """
        The vacuum reads the table and its indexes, which costs I/O; `vacuum_cost_delay` slows
        it down as usual.\
        """,
        new Finding(
            "AutovacuumLag",
            Severity.WARNING,
            Target.table("shop", "public", "orders"),
            "",
            Map.of(
                DISABLED,
                "true",
                PROPOSED_SCALE,
                "0.02",
                REPLACED_OPTIONS,
                "autovacuum_enabled=off")));
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    var target = finding.target();
    var options = options(finding);
    var steps = new ArrayList<Step>();
    var undo = new ArrayList<Step>();
    if (!options.isEmpty()) {
      var table = "ALTER TABLE " + Identifiers.quote(target.schema(), target.relation());
      steps.add(new IdempotentStep(set(table, options)));
      undo.addAll(restore(table, options, replaced(finding)));
    }
    steps.add(new VacuumStep(target.schema(), target.relation(), "ANALYZE"));
    return Optional.of(
        new RepairPlan(TYPE, target, steps, undo, Risk.LOW, Optional.empty(), 0, false));
  }

  private static Map<String, String> options(Finding finding) {
    var options = new LinkedHashMap<String, String>();
    if (Boolean.parseBoolean(finding.evidence().get(DISABLED))) {
      options.put(ENABLED, "true");
    }
    var scale = finding.evidence().get(PROPOSED_SCALE);
    if (scale != null) {
      options.put(SCALE, scale);
    }
    return options;
  }

  private static Map<String, String> replaced(Finding finding) {
    return Arrays.stream(finding.evidence().getOrDefault(REPLACED_OPTIONS, "").split(",", -1))
        .map(option -> option.split("=", 2))
        .filter(option -> option.length == 2)
        .collect(Collectors.toMap(option -> option[0], option -> option[1]));
  }

  private static String set(String table, Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + " = " + Identifiers.literal(option.getValue()))
        .collect(Collectors.joining(", ", table + " SET (", ")"));
  }

  private static List<Step> restore(
      String table, Map<String, String> options, Map<String, String> replaced) {
    var before = new LinkedHashMap<>(options);
    before.keySet().retainAll(replaced.keySet());
    before.replaceAll((option, _) -> replaced.getOrDefault(option, ""));
    var added = new ArrayList<>(options.keySet());
    added.removeAll(before.keySet());
    var steps = new ArrayList<Step>();
    if (!before.isEmpty()) {
      steps.add(new IdempotentStep(set(table, before)));
    }
    if (!added.isEmpty()) {
      steps.add(new IdempotentStep(table + " RESET (" + String.join(", ", added) + ")"));
    }
    return steps;
  }
}
