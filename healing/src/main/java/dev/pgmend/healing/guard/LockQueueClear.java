// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.repair.RepairPlan;
import java.sql.SQLException;

/**
 * Keeps a repair from making others wait. A session that waits for a strong lock on a table blocks
 * every reader behind it: before, the repair does not join such a queue; during, it cancels itself.
 */
@AutoService(Guard.class)
public final class LockQueueClear implements Guard {
  private static final String WAITING =
      """
      SELECT l.pid
        FROM pg_locks l
       WHERE NOT l.granted
         AND l.relation = to_regclass(?)
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND l.pid <> ?
       LIMIT 1
      """;

  /** A session whose backend type this role cannot see counts as a client. */
  private static final String BLOCKED_BY_US =
      """
      SELECT l.pid
        FROM pg_locks l
        LEFT JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE NOT l.granted
         AND coalesce(a.backend_type, 'client backend') = 'client backend'
         AND ? = ANY (pg_blocking_pids(l.pid))
       LIMIT 1
      """;

  @Override
  public String name() {
    return "LockQueueClear";
  }

  @Override
  public boolean concerns(RepairPlan plan) {
    return plan.buildsIndex() || plan.target().qualifiedRelation().isPresent();
  }

  @Override
  public Answer before(GuardContext context) throws SQLException {
    // A plan for many relations is checked at each of them while it runs.
    var relation = context.plan().target().qualifiedRelation();
    if (relation.isEmpty()) {
      return Answer.PASS;
    }
    return context
        .session()
        .queryFirst(WAITING, row -> row.getInt(1), relation.get(), context.backendPid())
        .map(pid ->
            Answer.hold("session %d already waits for a lock on %s".formatted(pid, relation.get())))
        .orElse(Answer.PASS);
  }

  @Override
  public Answer during(GuardContext context) throws SQLException {
    return context
        .session()
        .queryFirst(BLOCKED_BY_US, row -> row.getInt(1), context.backendPid())
        .map(pid -> Answer.hold("session %d waits for a lock that the repair holds".formatted(pid)))
        .orElse(Answer.PASS);
  }
}
