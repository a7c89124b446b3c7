// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.repair.RepairPlan;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Holds repairs while a standby lags. A repair of a table or an index writes as much WAL as data,
 * and a standby that is behind would fall behind further.
 */
@AutoService(Guard.class)
public final class ReplicaLagBelow implements Guard {
  /** Maximum distance of a standby without a replay lag: one WAL segment, which is sent at once. */
  private static final long UNTIMED_BYTES = 16 * ByteSize.MB;

  /**
   * A standby whose replay is stuck repeats its last lag, or has none; then the bytes count. One
   * that is being copied, or has not reported a position yet, is not a standby to wait for.
   */
  private static final String SQL =
      """
      SELECT coalesce(nullif(application_name, ''), client_addr::text, pid::text),
             replay_lag IS NULL,
             coalesce(extract(epoch FROM replay_lag), 0)::float8 AS seconds,
             pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint AS bytes
        FROM pg_stat_replication
       WHERE state IN ('streaming', 'catchup')
         AND replay_lsn IS NOT NULL
       ORDER BY seconds DESC, bytes DESC
      """;

  private record Standby(String name, boolean untimed, double seconds, long bytes) {
    boolean behind(Duration limit) {
      return bytes > UNTIMED_BYTES && (untimed || seconds > limit.toSeconds());
    }
  }

  @Override
  public String name() {
    return "ReplicaLagBelow";
  }

  @Override
  public boolean concerns(RepairPlan plan) {
    return plan.buildsIndex() || plan.target().qualifiedRelation().isPresent();
  }

  @Override
  public Answer before(GuardContext context) throws SQLException {
    if (!context.facts().seesAllStatistics()) {
      return hasStandbys(context)
          ? Answer.hold(
              "cannot see how far behind the standbys are; run: GRANT pg_read_all_stats TO %s"
                  .formatted(context.session().spec().user()))
          : Answer.PASS;
    }
    var limit = context.limits().maxReplicaLag();
    return context
        .session()
        .query(
            SQL,
            row ->
                new Standby(row.getString(1), row.getBoolean(2), row.getDouble(3), row.getLong(4)))
        .stream()
        .filter(standby -> standby.behind(limit))
        .findFirst()
        .map(standby -> Answer.hold(sentence(standby, limit)))
        .orElse(Answer.PASS);
  }

  @Override
  public Answer during(GuardContext context) throws SQLException {
    return before(context);
  }

  private static boolean hasStandbys(GuardContext context) throws SQLException {
    return context
        .session()
        .queryOne("SELECT EXISTS (SELECT 1 FROM pg_stat_replication)", row -> row.getBoolean(1));
  }

  private static String sentence(Standby standby, Duration limit) {
    return "standby %s is %s behind (%s); budget.maxReplicaLag is %d s"
        .formatted(
            standby.name,
            ByteSize.of(standby.bytes),
            standby.untimed ? "replay lag unknown" : "%.0f s".formatted(standby.seconds),
            limit.toSeconds());
  }
}
