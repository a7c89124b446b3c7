// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.workload;

import dev.pgmend.healing.plan.Planner;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.learner.plan.ExplainJson;
import dev.pgmend.learner.plan.PlanDag;
import java.sql.SQLException;

/** Captures the generic plans of statements as graphs. */
public final class PlanCapture {
  private final Planner planner;

  public PlanCapture(Session session) {
    this.planner = new Planner(session);
  }

  /** Whether a statement has a plan that EXPLAIN may show. */
  public static boolean hasPlan(Statement statement) {
    return Planner.hasPlan(statement.text());
  }

  /**
   * Captures the generic plan of a statement without running it.
   *
   * @throws SQLException if the server cannot plan it, see {@link Planner#generic}
   */
  public PlanDag capture(StatementLoad load) throws SQLException {
    var statement = load.statement();
    return ExplainJson.parse(
        planner.generic(statement.text(), statement.roleName(), load.rowsPerCall()));
  }
}
