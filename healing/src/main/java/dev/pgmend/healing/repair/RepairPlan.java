package dev.pgmend.healing.repair;

import dev.pgmend.healing.detect.Target;
import java.util.List;
import java.util.Optional;

/**
 * What a repair will do and what takes it back, known before anything runs.
 *
 * @param type the repair's type
 * @param undo empty where there is nothing to take back
 * @param diskBytes free space it needs while it runs, WAL included; 0 if next to none
 * @param buildsIndex whether it builds an index concurrently
 */
public record RepairPlan(
    String type,
    Target target,
    List<Step> steps,
    List<Step> undo,
    Risk risk,
    Optional<Expected> expected,
    long diskBytes,
    boolean buildsIndex) {

  public RepairPlan {
    steps = List.copyOf(steps);
    undo = List.copyOf(undo);
  }

  public List<String> statements() {
    return steps.stream().map(Step::sql).toList();
  }

  public List<String> undoStatements() {
    return undo.stream().map(Step::sql).toList();
  }
}
