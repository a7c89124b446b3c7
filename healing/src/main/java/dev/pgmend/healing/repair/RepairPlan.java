package dev.pgmend.healing.repair;

import dev.pgmend.healing.detect.Target;
import java.util.List;
import java.util.Optional;

/**
 * What a repair will do and what takes it back, known before anything runs.
 *
 * @param type the repair's type
 * @param undo empty where there is nothing to take back
 * @param diskBytes free space that building an index takes, here or in the undo, WAL included
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

  /** The undo, seen as a plan of its own: what guards are asked about when it runs. */
  public RepairPlan backwards() {
    var builds = undo.stream().anyMatch(CreateIndexStep.class::isInstance);
    return new RepairPlan(
        type, target, undo, List.of(), risk, Optional.empty(), builds ? diskBytes : 0, builds);
  }

  public List<String> statements() {
    return steps.stream().map(Step::sql).toList();
  }

  public List<String> undoStatements() {
    return undo.stream().map(Step::sql).toList();
  }
}
