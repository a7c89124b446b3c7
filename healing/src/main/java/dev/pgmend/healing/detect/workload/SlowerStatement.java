// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import dev.pgmend.healing.plan.PlanShape;
import dev.pgmend.healing.plan.Planner;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A statement that takes longer since its plan changed.
 *
 * @param text with parameters, as pg_stat_statements has it
 * @param example with values; empty if only the text is known
 */
record SlowerStatement(
    StatementWork work, String text, String example, PlanHistory.Regression regression) {
  private static final Logger LOG = LoggerFactory.getLogger(SlowerStatement.class);

  /** Time that the change cost between the last two inspections. */
  double lostMs() {
    return work.ms() * (1 - 1 / regression.factor());
  }

  /** Its plan now; empty if the server does not give one. */
  Optional<PlanShape> shape(Planner planner) {
    return shape(planner, work, text, example);
  }

  /** The plan of a statement; empty if the server refuses, as for a table without a grant. */
  static Optional<PlanShape> shape(
      Planner planner, StatementWork work, String text, String example) {
    if (!Planner.onlyReads(text)) {
      return Optional.empty();
    }
    try {
      var plan =
          example.isEmpty()
              ? planner.generic(text, work.roleName(), work.rowsPerCall())
              : planner.of(example, work.roleName());
      return Optional.of(PlanShape.parse(plan));
    } catch (SQLException e) {
      LOG.debug("The server gives no plan of {}", text, e);
      return Optional.empty();
    }
  }
}
