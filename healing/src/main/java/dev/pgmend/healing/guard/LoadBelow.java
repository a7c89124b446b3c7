// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.postgres.Machine;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.TerminateBackend;
import java.sql.SQLException;
import java.util.OptionalDouble;

/** Holds repairs while the server is busy with its application's work. */
@AutoService(Guard.class)
public final class LoadBelow implements Guard {
  /** A session that waits for a lock or for its client uses no core. */
  private static final String ACTIVE =
      """
      SELECT count(*)
        FROM pg_stat_activity
       WHERE state = 'active'
         AND backend_type = 'client backend'
         AND wait_event_type IS DISTINCT FROM 'Lock'
         AND wait_event_type IS DISTINCT FROM 'Client'
         AND pid NOT IN (pg_backend_pid(), ?)
      """;

  @Override
  public String name() {
    return "LoadBelow";
  }

  /** Ending a session reduces the load. */
  @Override
  public boolean concerns(RepairPlan plan) {
    return !plan.type().equals(TerminateBackend.TYPE);
  }

  @Override
  public Answer before(GuardContext context) throws SQLException {
    var limits = context.limits();
    if (limits.maxActiveSessionsPerCore().isEmpty()) {
      return Answer.PASS;
    }
    if (!context.facts().seesAllStatistics()) {
      return Answer.hold(
          "cannot see which sessions are active; run: GRANT pg_read_all_stats TO %s"
              .formatted(context.session().spec().user()));
    }
    var cores = cores(context);
    if (cores.isEmpty()) {
      return Answer.hold(
          "budget.maxActiveSessionsPerCore is set, but the number of the server's cores is unknown;"
              + " set spec.machine.cpu of the PgCluster");
    }
    var max = limits.maxActiveSessionsPerCore().getAsDouble();
    var active = context.session().queryOne(ACTIVE, row -> row.getInt(1), context.backendPid());
    return active > max * cores.getAsDouble()
        ? Answer.hold(
            "%d sessions are active on %.1f cores; budget.maxActiveSessionsPerCore is %.1f"
                .formatted(active, cores.getAsDouble(), max))
        : Answer.PASS;
  }

  @Override
  public Answer during(GuardContext context) throws SQLException {
    return before(context);
  }

  private static OptionalDouble cores(GuardContext context) throws SQLException {
    return context.limits().cores().isPresent()
        ? context.limits().cores()
        : Machine.ofLocal(context.session()).cores();
  }
}
