// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.catalog;

import dev.pgmend.healing.detect.Evidence;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who keeps vacuum from removing dead rows and from freezing: the holder of the oldest snapshot
 * that some transaction, prepared transaction, replication slot or standby still needs.
 */
public final class VacuumHorizon {
  static final String HOLDER = "heldBackBy";
  private static final String HOLDER_AGE = "heldBackXids";

  /** Evidence of a finding that vacuum cannot fix because of a holder. */
  public static final List<Evidence> EVIDENCE =
      List.of(
          new Evidence(
              HOLDER,
              "text",
              "session, prepared transaction, slot or standby that holds vacuum back, if any does"),
          new Evidence(HOLDER_AGE, "transactions", "age of the oldest row version that it needs"));

  /**
   * The snapshot of a vacuum does not hold other vacuums back, nor does a snapshot in another
   * database. A writer in another database does, because the snapshots of this database reach as
   * far back as that writer. If both have the same age, the session of this database is named, then
   * the session that began first.
   */
  private static final String SQL =
      """
      SELECT * FROM (
        SELECT 'session' AS kind, pid::text AS name,
               CASE WHEN datname <> current_database() THEN age(backend_xid)
                    ELSE greatest(age(backend_xmin), age(backend_xid)) END AS age,
               coalesce(to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), '') AS since,
               coalesce(datname <> current_database(), false) AS elsewhere
          FROM pg_stat_activity
         WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
           AND pid <> pg_backend_pid()
           AND backend_type <> 'walsender'
           AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
           AND (datname IS NULL OR datname = current_database() OR backend_xid IS NOT NULL)
        UNION ALL
        SELECT 'standby', coalesce(nullif(application_name, ''), pid::text), age(backend_xmin),
               to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), false
          FROM pg_stat_replication WHERE backend_xmin IS NOT NULL
        UNION ALL
        SELECT 'slot', slot_name, greatest(age(xmin), age(catalog_xmin)), '', false
          FROM pg_replication_slots WHERE xmin IS NOT NULL OR catalog_xmin IS NOT NULL
        UNION ALL
        SELECT 'prepared', gid, age(transaction),
               to_char(prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), false
          FROM pg_prepared_xacts WHERE database = current_database()
      ) holder
       WHERE age IS NOT NULL
       ORDER BY age DESC, elsewhere, since
       LIMIT 1
      """;

  private VacuumHorizon() {}

  /**
   * The holder that holds vacuum back the most.
   *
   * @param target as the finding about the holder itself is called
   * @param age of the oldest transaction it still needs, in transactions
   * @param since when it began, UTC; empty if the server does not report it
   */
  public record Holder(Target target, long age, String since) {
    public Map<String, String> evidence() {
      return Map.of(HOLDER, target.toString(), HOLDER_AGE, Long.toString(age));
    }

    public String sentence() {
      return "%s%s holds vacuum back because it still needs the state of %,d transactions ago"
          .formatted(target, since.isEmpty() ? "" : " (since " + since + " UTC)", age);
    }
  }

  /** The worst holder that is older than the given number of transactions. */
  public static Optional<Holder> holder(Session session, long olderThan) throws SQLException {
    return session
        .queryFirst(
            SQL,
            row ->
                new Holder(
                    Target.object(row.getString(1), row.getString(2)),
                    row.getLong(3),
                    row.getString(4)))
        .filter(holder -> holder.age > olderThan);
  }
}
