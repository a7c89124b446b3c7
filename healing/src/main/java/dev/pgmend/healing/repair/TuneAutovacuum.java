package dev.pgmend.healing.repair;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.catalog.VacuumHorizon;
import dev.pgmend.healing.detect.table.AutovacuumLag;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.postgres.Identifiers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Has autovacuum look after a table as often as it needs, by options of the table, and vacuums it
 * this once.
 */
@AutoService(Repair.class)
public final class TuneAutovacuum implements Repair {
  public static final String TYPE = "TuneAutovacuum";

  private static final String ENABLED = "autovacuum_enabled";
  private static final String SCALE = "autovacuum_vacuum_scale_factor";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Optional<RepairPlan> plan(Finding finding) {
    if (!finding.detector().equals(AutovacuumLag.NAME)
        || finding.evidence().containsKey(VacuumHorizon.HELD_BACK_BY)) {
      return Optional.empty();
    }
    var target = finding.target();
    var options = options(finding);
    var steps = new ArrayList<Step>();
    var undo = new ArrayList<Step>();
    if (!options.isEmpty()) {
      var table = "ALTER TABLE " + Identifiers.quote(target.schema(), target.relation());
      steps.add(new IdempotentStep(set(table, options)));
      undo.addAll(takeBack(table, options, replaced(finding)));
    }
    steps.add(new VacuumStep(target.schema(), target.relation(), "ANALYZE"));
    return Optional.of(
        new RepairPlan(TYPE, target, steps, undo, Risk.LOW, Optional.empty(), 0, false));
  }

  private static Map<String, String> options(Finding finding) {
    var options = new LinkedHashMap<String, String>();
    if (Boolean.parseBoolean(finding.evidence().get(AutovacuumLag.DISABLED))) {
      options.put(ENABLED, "true");
    }
    var scale = finding.evidence().get(AutovacuumLag.PROPOSED_SCALE);
    if (scale != null) {
      options.put(SCALE, scale);
    }
    return options;
  }

  private static Map<String, String> replaced(Finding finding) {
    return Arrays.stream(
            finding.evidence().getOrDefault(AutovacuumLag.REPLACED_OPTIONS, "").split(",", -1))
        .map(option -> option.split("=", 2))
        .filter(option -> option.length == 2)
        .collect(Collectors.toMap(option -> option[0], option -> option[1]));
  }

  private static String set(String table, Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + " = " + Identifiers.literal(option.getValue()))
        .collect(Collectors.joining(", ", table + " SET (", ")"));
  }

  private static List<Step> takeBack(
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
