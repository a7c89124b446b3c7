// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.replication;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A standby that is far behind: its reads are stale, and a failover to it loses data or waits. The
 * cause lies in the network or at the standby, so the primary cannot fix it.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">
 *     pg_stat_replication</a>
 */
@AutoService(Detector.class)
public final class ReplicaLag implements Detector {
  public static final String NAME = "ReplicaLag";

  static final Threshold<Duration> WARN_LAG =
      Threshold.duration(
          NAME,
          "warnLag",
          Duration.ofSeconds(30),
          "A standby whose replay lags by at least this much is a warning.");

  static final Threshold<Long> WARN_WAL_BEHIND =
      Threshold.bytes(
          NAME,
          "warnWalBehind",
          ByteSize.GB,
          "A standby that has yet to replay at least this much WAL is a warning.");

  static final Threshold<Duration> CRITICAL_LAG =
      Threshold.duration(
          NAME,
          "criticalLag",
          Duration.ofMinutes(5),
          "A standby whose replay lags by at least this much is critical.");

  static final Threshold<Long> CRITICAL_WAL_BEHIND =
      Threshold.bytes(
          NAME,
          "criticalWalBehind",
          10 * ByteSize.GB,
          "A standby that has yet to replay at least this much WAL is critical.");

  /** replay_lag is null when the standby has caught up with a primary that rests. */
  private static final String SQL =
      """
      SELECT coalesce(nullif(application_name, ''), client_addr::text, pid::text), state, sync_state,
             coalesce(extract(epoch FROM replay_lag), 0)::float8,
             coalesce(pg_wal_lsn_diff(
               CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                    ELSE pg_current_wal_lsn() END, replay_lsn), 0)::bigint
        FROM pg_stat_replication
       WHERE state IN ('streaming', 'catchup')
         AND replay_lsn IS NOT NULL
      """;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A standby is far behind the primary. Reads there return old data, and a failover to
            it loses data or takes long.
            """)
        .measurement(
            """
            `replay_lag` and the WAL that the standby has yet to replay are read from
            `pg_stat_replication`.
            """)
        .severity(
            """
            A warning from `warnLag` or `warnWalBehind`, critical from `criticalLag` or
            `criticalWalBehind`.
            """)
        .thresholds(WARN_LAG, WARN_WAL_BEHIND, CRITICAL_LAG, CRITICAL_WAL_BEHIND)
        .evidence("lagSeconds", "seconds", "replay lag")
        .evidence("lagBytes", "bytes", "WAL that the standby has yet to replay")
        .evidence("state", "text", "state of the replication connection")
        .evidence("syncState", "text", "`async`, `sync`, `quorum` or `potential`")
        .evidence("advice", "text", "where to look")
        .remedy(
            """
            Look at the standby: its disk, queries that conflict with replay
            (`max_standby_streaming_delay`), and the network. The cause is not on the primary,
            so pgmend repairs nothing. While a standby lags, the guard ReplicaLagBelow holds
            repairs that write much WAL.
            """)
        .reproduction(
            """
            SELECT application_name, state, sync_state, replay_lag,
                   pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))
              FROM pg_stat_replication;
            """)
        .limits(
            """
            A standby that is disconnected does not appear in `pg_stat_replication`; its slot
            does, see [SlotRetention](SlotRetention.md). Logical replication lags in bytes only.
            """)
        .build();
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var warnSeconds = thresholds.get(WARN_LAG).toMillis() / 1000.0;
    var warnBytes = thresholds.get(WARN_WAL_BEHIND);
    var criticalSeconds = thresholds.get(CRITICAL_LAG).toMillis() / 1000.0;
    var criticalBytes = thresholds.get(CRITICAL_WAL_BEHIND);
    return inspection
        .session()
        .query(
            SQL,
            row -> {
              var seconds = row.getDouble(4);
              var bytes = row.getLong(5);
              if (seconds < warnSeconds && bytes < warnBytes) {
                return List.<Finding>of();
              }
              return List.of(
                  new Finding(
                      NAME,
                      seconds >= criticalSeconds || bytes >= criticalBytes
                          ? Severity.CRITICAL
                          : Severity.WARNING,
                      Target.object("standby", row.getString(1)),
                      "standby %s (%s, %s) is %.0f s and %s behind"
                          .formatted(
                              row.getString(1),
                              row.getString(2),
                              row.getString(3),
                              seconds,
                              ByteSize.of(bytes)),
                      Map.of(
                          "lagSeconds", Figures.of(seconds),
                          "lagBytes", Long.toString(bytes),
                          "state", row.getString(2),
                          "syncState", row.getString(3),
                          "advice",
                              "look at the standby's disk, its conflicts with queries, and the network")));
            })
        .stream()
        .flatMap(List::stream)
        .toList();
  }
}
