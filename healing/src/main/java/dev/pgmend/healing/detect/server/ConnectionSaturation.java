// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Nearly all connections that ordinary roles may open are in use: the next client is refused. A
 * connection pool, or a client that closes unused connections, helps; no repair can.
 */
@AutoService(Detector.class)
public final class ConnectionSaturation implements Detector {
  public static final String NAME = "ConnectionSaturation";

  static final Threshold<Long> WARN_USED_PERCENT =
      Threshold.percent(
          NAME, "warnUsedPercent", 80, "A larger share of connections in use is a warning.");

  static final Threshold<Long> CRITICAL_USED_PERCENT =
      Threshold.percent(
          NAME, "criticalUsedPercent", 95, "A larger share of connections in use is critical.");

  /** {@code reserved_connections} came with Postgres 16. */
  private static final String SQL =
      """
      WITH client AS (
        SELECT state, coalesce(nullif(application_name, ''), 'unnamed') AS application, usename
          FROM pg_stat_activity
         WHERE backend_type = 'client backend'
      )
      SELECT (SELECT count(*) FROM client),
             current_setting('max_connections')::int
               - current_setting('superuser_reserved_connections')::int
               - coalesce(current_setting('reserved_connections', true)::int, 0),
             (SELECT count(*) FROM client WHERE state = 'idle'),
             (SELECT count(*) FROM client WHERE state LIKE 'idle in transaction%'),
             (SELECT count(*) FROM client WHERE state = 'active'),
             coalesce((SELECT usename || ' as ' || application || ': ' || count(*) FROM client
                        GROUP BY usename, application ORDER BY count(*) DESC LIMIT 1), '')
      """;

  private record Use(
      long used, long available, long idle, long idleInTransaction, long active, String most) {
    double percent() {
      return 100.0 * used / Math.max(1, available);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            Nearly all connections are in use. When the last one is taken, new clients are
            refused.
            """)
        .measurement(
            """
            Client connections in `pg_stat_activity` are compared with `max_connections` less
            the reserved ones.
            """)
        .severity("A warning from `warnUsedPercent`, critical from `criticalUsedPercent`.")
        .thresholds(WARN_USED_PERCENT, CRITICAL_USED_PERCENT)
        .evidence("used", "count", "client connections")
        .evidence("available", "count", "connections that ordinary roles may open")
        .evidence("usedPercent", "percent", "share in use")
        .evidence("active", "count", "sessions that run a statement")
        .evidence("idle", "count", "idle sessions")
        .evidence("idleInTransaction", "count", "sessions that are idle in a transaction")
        .evidence("most", "text", "role and application with the most connections")
        .evidence("advice", "text", "what to do")
        .remedy(
            """
            Put a connection pool such as PgBouncer in front, or make clients close what they do
            not use. If most sessions wait for a lock, see
            [BlockingSession](BlockingSession.md). Raising `max_connections` takes a restart and
            memory.
            """)
        .reproduction(
            """
            SELECT usename, application_name, state, count(*)
              FROM pg_stat_activity WHERE backend_type = 'client backend'
             GROUP BY 1, 2, 3 ORDER BY 4 DESC;
            """)
        .limits(
            """
            Peaks between two inspections are not seen. Limits of a role, a database or a pool
            are not compared.
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
    var use =
        inspection
            .session()
            .queryOne(
                SQL,
                row ->
                    new Use(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getString(6)));
    if (use.percent() < thresholds.get(WARN_USED_PERCENT)) {
      return List.of();
    }
    var critical = thresholds.get(CRITICAL_USED_PERCENT);
    return List.of(
        new Finding(
            NAME,
            use.percent() >= critical ? Severity.CRITICAL : Severity.WARNING,
            Target.server(),
            "%d of %d connections are in use (%.0f%%): %d active, %d idle, %d idle in a transaction; most by %s"
                .formatted(
                    use.used,
                    use.available,
                    use.percent(),
                    use.active,
                    use.idle,
                    use.idleInTransaction,
                    use.most),
            Map.of(
                "used", Long.toString(use.used),
                "available", Long.toString(use.available),
                "usedPercent", Figures.of(use.percent()),
                "active", Long.toString(use.active),
                "idle", Long.toString(use.idle),
                "idleInTransaction", Long.toString(use.idleInTransaction),
                "most", use.most,
                "advice", "add a connection pooler, or let clients close unused connections")));
  }
}
