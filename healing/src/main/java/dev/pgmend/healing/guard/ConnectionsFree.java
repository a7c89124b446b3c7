// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.TerminateBackend;
import java.sql.SQLException;

/** The application's connections come before ours: the last ones are left to it. */
@AutoService(Guard.class)
public final class ConnectionsFree implements Guard {
  /** A repair opens two sessions, its measurement a third. */
  private static final int NEEDED = 3;

  private static final int PERCENT_LEFT_FREE = 5;

  /**
   * Parallel workers, senders of the log and autovacuum have places of their own; a session that
   * hides what it is counts.
   */
  private static final String SQL =
      """
      SELECT current_setting('max_connections')::int
               - current_setting('superuser_reserved_connections')::int
               - coalesce(current_setting('reserved_connections', true)::int, 0),
             (SELECT count(*) FROM pg_stat_activity
                WHERE coalesce(backend_type, 'client backend') = 'client backend')::int
      """;

  private record Places(int all, int taken) {}

  @Override
  public String name() {
    return "ConnectionsFree";
  }

  /** Ending a session frees a connection. */
  @Override
  public boolean concerns(RepairPlan plan) {
    return !plan.type().equals(TerminateBackend.TYPE);
  }

  @Override
  public Answer before(GuardContext context) throws SQLException {
    var places = context.session().queryOne(SQL, row -> new Places(row.getInt(1), row.getInt(2)));
    var free = places.all - places.taken;
    var left = Math.max(NEEDED, places.all * PERCENT_LEFT_FREE / 100);
    return free < left
        ? Answer.hold(
            "%d of %d connections are in use; a repair leaves %d to the application"
                .formatted(places.taken, places.all, left))
        : Answer.PASS;
  }
}
