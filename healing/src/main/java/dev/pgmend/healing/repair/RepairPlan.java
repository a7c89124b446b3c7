// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.finding.Target;
import java.util.List;
import java.util.Optional;

/**
 * The statements of a repair and of its undo, known before anything runs.
 *
 * @param type the repair's type
 * @param undo empty if there is nothing to undo
 * @param diskBytes free space that it takes: what it lets grow, or an index that is built here or
 *     in the undo, WAL included
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

  /** The same, by a newer estimate of the free space that it takes. */
  public RepairPlan withDiskBytes(long bytes) {
    return new RepairPlan(type, target, steps, undo, risk, expected, bytes, buildsIndex);
  }

  /** Whether the disk's space is taken by the plan itself, not by its undo. */
  public boolean takesDisk() {
    return buildsIndex || (diskBytes > 0 && !backwards().buildsIndex());
  }

  public List<String> statements() {
    return steps.stream().map(Step::sql).toList();
  }

  public List<String> undoStatements() {
    return undo.stream().map(Step::sql).toList();
  }
}
