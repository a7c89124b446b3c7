package dev.pgmend.healing.detect.server;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Nearly all connections that ordinary roles may open are taken: the next client is refused. What
 * helps is a pool or a client that closes what it does not use, so nothing mends it by itself.
 */
@AutoService(Detector.class)
public final class ConnectionSaturation implements Detector {
  public static final String NAME = "ConnectionSaturation";

  private static final double WARN_PERCENT = 80;
  private static final double CRITICAL_PERCENT = 95;

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
    if (use.percent() < thresholds.number(NAME + ".warnPercent", WARN_PERCENT)) {
      return List.of();
    }
    var critical = thresholds.number(NAME + ".criticalPercent", CRITICAL_PERCENT);
    return List.of(
        new Finding(
            NAME,
            use.percent() >= critical ? Severity.CRITICAL : Severity.WARNING,
            Target.server(),
            "%d of %d connections are taken (%.0f%%): %d active, %d idle, %d idle in a transaction; most by %s"
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
                "advice", "put a pool before it, or have clients close what they do not use")));
  }
}
