// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.server;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.FindingDoc;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.Threshold;
import dev.pgmend.healing.detect.catalog.VacuumBlocker;
import dev.pgmend.healing.finding.Ages;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A prepared transaction that was neither committed nor rolled back: it keeps its locks, and holds
 * vacuum back, across restarts too. Only its transaction manager knows whether to commit it or to
 * roll it back, so no repair does.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-prepare-transaction.html">PREPARE
 *     TRANSACTION, notes</a>
 */
@AutoService(Detector.class)
public final class PreparedTransaction implements Detector {
  public static final String NAME = "PreparedTransaction";

  static final Threshold<Duration> WARN_AGE =
      Threshold.duration(
          NAME,
          "warnAge",
          Duration.ofHours(1),
          "A transaction that was prepared at least this long ago is a warning.");

  static final Threshold<Duration> CRITICAL_AGE =
      Threshold.duration(
          NAME,
          "criticalAge",
          Duration.ofDays(1),
          "A transaction that was prepared at least this long ago is critical.");
  static final String KIND = "prepared";

  private static final String SQL =
      """
      SELECT gid, owner, database, extract(epoch FROM clock_timestamp() - prepared)::bigint,
             age(transaction)
        FROM pg_prepared_xacts
       WHERE prepared <= clock_timestamp() - make_interval(secs => ?)
       ORDER BY prepared
       LIMIT 100
      """;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public FindingDoc documentation() {
    return FindingDoc.meaning(
            """
            A prepared transaction was never ended. It keeps its locks and holds vacuum back,
            even after a restart.
            """)
        .measurement(
            """
            `pg_prepared_xacts` lists prepared transactions with the time when each was
            prepared.
            """)
        .severity("A warning from `warnAge`, critical from `criticalAge`.")
        .thresholds(WARN_AGE, CRITICAL_AGE)
        .evidence("ageSeconds", "seconds", "time since it was prepared")
        .evidence("ageXids", "transactions", "transactions since then")
        .evidence("owner", "text", "role that prepared it")
        .evidence("database", "text", "its database")
        .evidence("advice", "text", "what to do")
        .remedy(
            """
            Ask the transaction manager that prepared it, then run `COMMIT PREPARED` or
            `ROLLBACK PREPARED` in its database. Only the transaction manager knows which is
            right, so pgmend does neither.
            """)
        .reproduction(
            """
            SELECT gid, prepared, owner, database FROM pg_prepared_xacts ORDER BY prepared;
            """)
        .limits("At most 100 are reported, the oldest first.")
        .build();
  }

  @Override
  public Scope scope() {
    return Scope.SERVER;
  }

  @Override
  public List<Finding> detect(Inspection inspection) throws SQLException {
    var thresholds = inspection.thresholds();
    var critical = thresholds.get(CRITICAL_AGE).toSeconds();
    return inspection
        .session()
        .query(
            SQL,
            row -> {
              var gid = row.getString(1);
              var seconds = row.getLong(4);
              return new Finding(
                  NAME,
                  seconds >= critical ? Severity.CRITICAL : Severity.WARNING,
                  Target.object(KIND, gid),
                  "transaction '%s' was prepared %s ago in database %s by %s and never ended; it keeps its locks and holds vacuum back"
                      .formatted(gid, Ages.of(seconds), row.getString(3), row.getString(2)),
                  Map.of(
                      "ageSeconds",
                      Long.toString(seconds),
                      "ageXids",
                      row.getString(5),
                      "owner",
                      row.getString(2),
                      "database",
                      row.getString(3),
                      "advice",
                      "ask its transaction manager, then COMMIT PREPARED or ROLLBACK PREPARED"));
            },
            thresholds.get(WARN_AGE).toSeconds());
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return VacuumBlocker.by(own, other);
  }
}
