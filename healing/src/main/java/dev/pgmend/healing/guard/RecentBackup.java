// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Risk;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/**
 * Holds a repair that replaces an object and cannot be undone until a backup is recent enough, if a
 * policy asks for one. A server does not know its backups: the backup job must annotate the
 * PgCluster.
 */
@AutoService(Guard.class)
public final class RecentBackup implements Guard {
  @Override
  public String name() {
    return "RecentBackup";
  }

  @Override
  public boolean concerns(RepairPlan plan) {
    return plan.undo().isEmpty() && plan.risk() == Risk.MEDIUM;
  }

  @Override
  public Answer before(GuardContext context) throws SQLException {
    var wanted = context.limits().backups();
    if (wanted.isEmpty()) {
      return Answer.PASS;
    }
    var hours = wanted.get().maxAge().toMinutes() / 60.0;
    var last = wanted.get().last();
    if (last.isEmpty()) {
      return Answer.hold(
          "this cannot be undone, and the time of the last backup is unknown;"
              + " budget.maxBackupAge is %.1f h: annotate the PgCluster with pgmend.dev/last-backup"
                  .formatted(hours));
    }
    var now =
        context
            .session()
            .queryOne(
                "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
                row -> Instant.ofEpochMilli(row.getLong(1)));
    var age = Duration.between(last.get(), now);
    return age.compareTo(wanted.get().maxAge()) <= 0
        ? Answer.PASS
        : Answer.hold(
            "this cannot be undone, and the last backup is %.1f h old; budget.maxBackupAge is %.1f h"
                .formatted(age.toMinutes() / 60.0, hours));
  }
}
