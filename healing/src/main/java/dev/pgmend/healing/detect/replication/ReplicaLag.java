package dev.pgmend.healing.detect.replication;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A standby that is far behind: what is read there is old, and a failover to it loses or waits. Its
 * cause lies in the network or at the standby, so nothing mends it from here.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">
 *     pg_stat_replication</a>
 */
@AutoService(Detector.class)
public final class ReplicaLag implements Detector {
  public static final String NAME = "ReplicaLag";

  private static final double WARN_SECONDS = 30;
  private static final double CRITICAL_SECONDS = 300;
  private static final long WARN_BYTES = ByteSize.GB;
  private static final long CRITICAL_BYTES = 10 * ByteSize.GB;

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
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var warnSeconds = thresholds.number(NAME + ".warnSeconds", WARN_SECONDS);
    var warnBytes = thresholds.bytes(NAME + ".warnBytes", WARN_BYTES);
    var criticalSeconds = thresholds.number(NAME + ".criticalSeconds", CRITICAL_SECONDS);
    var criticalBytes = thresholds.bytes(NAME + ".criticalBytes", CRITICAL_BYTES);
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
