// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.repair.RepairPlan;
import java.sql.SQLException;

/**
 * A concurrent build waits for every transaction that could see the old state. Behind a long
 * transaction it would hold its lock until that transaction ends.
 */
@AutoService(Guard.class)
public final class NoLongTransaction implements Guard {
  private static final String SQL =
      """
      SELECT pid::text, to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since,
             coalesce(nullif(application_name, ''), 'unnamed')
        FROM pg_stat_activity
       WHERE datname = current_database()
         AND pid NOT IN (pg_backend_pid(), ?)
         AND xact_start < clock_timestamp() - make_interval(secs => ?)
         AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL
              -- The drop at the end also waits for sessions that only have the table locked.
              OR pid IN (SELECT l.pid FROM pg_locks l
                          WHERE l.relation = to_regclass(nullif(?, ''))
                            AND l.database = (SELECT oid FROM pg_database
                                               WHERE datname = current_database())))
         -- A vacuum's snapshot is one that concurrent builds do not wait for.
         AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
      UNION ALL
      SELECT gid, to_char(prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), 'prepared transaction'
        FROM pg_prepared_xacts
       WHERE database = current_database()
         AND prepared < clock_timestamp() - make_interval(secs => ?)
       ORDER BY since
       LIMIT 1
      """;

  private record Blocker(String id, String since, String application) {}

  @Override
  public String name() {
    return "NoLongTransaction";
  }

  @Override
  public boolean concerns(RepairPlan plan) {
    return plan.statements().stream().anyMatch(sql -> sql.contains(" CONCURRENTLY "));
  }

  @Override
  public Answer before(GuardContext context) throws SQLException {
    if (!context.facts().seesAllStatistics()) {
      return Answer.hold(
          "cannot see other roles' transactions; run: GRANT pg_read_all_stats TO %s"
              .formatted(context.session().spec().user()));
    }
    var limit = (double) context.limits().maxTransactionAge().toSeconds();
    return context
        .session()
        .queryFirst(
            SQL,
            row -> new Blocker(row.getString(1), row.getString(2), row.getString(3)),
            context.backendPid(),
            limit,
            context.plan().target().qualifiedRelation().orElse(""),
            limit)
        .map(b ->
            Answer.hold(
                "transaction %s (%s) has been open since %s UTC; a concurrent build would wait for it"
                    .formatted(b.id, b.application, b.since)))
        .orElse(Answer.PASS);
  }
}
