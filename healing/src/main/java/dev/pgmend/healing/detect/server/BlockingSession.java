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
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Literals;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.healing.repair.TerminateBackend;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A session that other sessions wait for, directly or indirectly, or that is idle in a transaction.
 * Of a chain only the root is reported: the session that does not wait. Its severity follows the
 * total time that the sessions behind it have waited.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html">pg_blocking_pids</a>
 */
@AutoService(Detector.class)
public final class BlockingSession implements Detector {
  public static final String NAME = "BlockingSession";

  static final Threshold<Duration> WARN_BLOCKED =
      Threshold.duration(
          NAME,
          "warnBlocked",
          Duration.ofMinutes(1),
          "A session is reported if all sessions behind it have waited at least this long in total.");

  static final Threshold<Duration> CRITICAL_BLOCKED =
      Threshold.duration(
          NAME,
          "criticalBlocked",
          Duration.ofMinutes(10),
          "It is critical if they have waited at least this long in total.");

  static final Threshold<Duration> WARN_IDLE_IN_TRANSACTION =
      Threshold.duration(
          NAME,
          "warnIdleInTransaction",
          Duration.ofMinutes(30),
          "A session that is idle in a transaction for at least this long is reported, even if it blocks no session.");

  private static final String KIND = TerminateBackend.SESSION;
  private static final String SPARED = "spared";

  private static final int QUERY_CHARACTERS = 200;

  /**
   * waitstart is when the wait began; it is set a moment after the wait itself, and until then the
   * wait counts as nothing.
   */
  private static final String WAITS =
      """
      SELECT a.pid, pg_blocking_pids(a.pid),
             coalesce(extract(epoch FROM clock_timestamp() - l.waitstart), 0)::float8
        FROM pg_stat_activity a
        JOIN (SELECT pid, min(waitstart) AS waitstart FROM pg_locks WHERE NOT granted GROUP BY pid) l
          ON l.pid = a.pid
      """;

  private static final String SESSIONS =
      """
      SELECT a.pid, coalesce(a.usename, ''), coalesce(nullif(a.application_name, ''), 'unnamed'),
             coalesce(a.datname, ''), coalesce(a.state, ''),
             coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::bigint,
             CASE WHEN a.state LIKE 'idle in transaction%'
                  THEN extract(epoch FROM clock_timestamp() - a.state_change)::bigint ELSE 0 END,
             to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
             a.backend_type,
             coalesce(left(a.query, 10000), ''), a.usename = current_user
        FROM pg_stat_activity a
       WHERE a.pid <> pg_backend_pid()
         AND (a.pid = ANY (CAST(? AS text[])::int[])
              OR (a.state LIKE 'idle in transaction%' AND a.backend_type = 'client backend'
                  AND a.state_change <= clock_timestamp() - make_interval(secs => ?)))
      """;

  private record Wait(int pid, List<Integer> blockers, double seconds) {}

  /** Sessions that wait behind a root. */
  private record Queue(int sessions, double seconds) {
    static final Queue NONE = new Queue(0, 0);

    Queue and(Wait wait) {
      return new Queue(sessions + 1, seconds + wait.seconds);
    }
  }

  private record Root(
      int pid,
      String user,
      String application,
      String database,
      String state,
      long transactionSeconds,
      long idleSeconds,
      String backendStart,
      String type,
      String query,
      boolean ours) {

    /**
     * Ending it could do harm of its own: a process of the server, such as a vacuum against
     * wraparound, or a session of our own role. What a text or a name says spares nobody: anybody
     * can write it.
     */
    boolean spared() {
      return !type.equals("client backend") || (ours && query.contains(Session.MARK));
    }

    /** The statement without literals and comments: a password must not leave the database. */
    String shown() {
      var masked = Literals.mask(query).replaceAll("\\s+", " ").strip();
      return masked.substring(0, Math.min(QUERY_CHARACTERS, masked.length()));
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
            A session blocks others, or sits idle in a transaction. Others wait for its locks,
            and vacuum cannot remove rows that it might still see.
            """)
        .measurement(
            """
            `pg_blocking_pids` gives who waits for whom. Of a chain only the root is reported:
            the session that does not wait itself. The thresholds apply to the total time that all
            sessions behind it have waited (`pg_locks.waitstart`).
            """)
        .severity(
            """
            A warning from `warnBlocked` or `warnIdleInTransaction`, critical from
            `criticalBlocked`.
            """)
        .thresholds(WARN_BLOCKED, CRITICAL_BLOCKED, WARN_IDLE_IN_TRANSACTION)
        .evidence("blockedSessions", "count", "sessions that wait behind it")
        .evidence("blockedSeconds", "seconds", "what they have waited in total")
        .evidence("transactionSeconds", "seconds", "age of its transaction")
        .evidence("idleSeconds", "seconds", "how long it has been idle in the transaction")
        .evidence("user", "text", "its role")
        .evidence("application", "text", "its `application_name`")
        .evidence("database", "text", "its database")
        .evidence("state", "text", "its state")
        .evidence(
            "query",
            "SQL",
            "its last statement without literals and comments, the first 200 characters")
        .evidence(TerminateBackend.BACKEND_START, "time (UTC)", "when it connected")
        .evidence(
            SPARED,
            "true or false",
            "whether it must not be ended: a server process, a vacuum against wraparound, or a repair of pgmend")
        .repairs(TerminateBackend.TYPE)
        .remedy(
            """
            Fix the application so that it ends its transactions.
            `idle_in_transaction_session_timeout` ends such sessions in future. Ending the
            session rolls its transaction back; pgmend proposes that only if a policy names
            TerminateBackend.
            """)
        .reproduction(
            """
            SELECT pid, pg_blocking_pids(pid), wait_event_type, state, query
              FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;
            """)
        .limits(
            """
            Blocks that begin and end between two inspections are not seen. Prepared
            transactions block too and are reported as
            [PreparedTransaction](PreparedTransaction.md).
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
    var minBlocked = thresholds.get(WARN_BLOCKED).toMillis() / 1000.0;
    var critical = thresholds.get(CRITICAL_BLOCKED).toMillis() / 1000.0;
    var minIdle = thresholds.get(WARN_IDLE_IN_TRANSACTION).toMillis() / 1000.0;
    var queues = queues(waits(inspection.session()));
    queues.values().removeIf(queue -> queue.seconds < minBlocked);
    return roots(inspection.session(), queues.keySet(), minIdle).stream()
        .map(root -> finding(root, queues.getOrDefault(root.pid, Queue.NONE), critical))
        .toList();
  }

  private static List<Wait> waits(Session session) throws SQLException {
    return session.query(
        WAITS,
        row -> {
          var blockers = (Integer[]) row.getArray(2).getArray();
          return new Wait(row.getInt(1), List.of(blockers), row.getDouble(3));
        });
  }

  /** Who waits behind whom, by root; a prepared transaction blocks as 0 and is found elsewhere. */
  private static Map<Integer, Queue> queues(List<Wait> waits) {
    var byPid = waits.stream().collect(Collectors.toMap(Wait::pid, wait -> wait, (a, _) -> a));
    var queues = new TreeMap<Integer, Queue>();
    for (var wait : waits) {
      for (var root : rootsOf(wait, byPid, new HashSet<>())) {
        queues.merge(root, Queue.NONE.and(wait), (queue, _) -> queue.and(wait));
      }
    }
    queues.remove(0);
    return queues;
  }

  private static Set<Integer> rootsOf(Wait wait, Map<Integer, Wait> byPid, Set<Integer> seen) {
    return wait.blockers.stream()
        .filter(seen::add)
        .flatMap(blocker -> {
          var itself = byPid.get(blocker);
          return itself == null ? Stream.of(blocker) : rootsOf(itself, byPid, seen).stream();
        })
        .collect(Collectors.toSet());
  }

  private static List<Root> roots(Session session, Set<Integer> blocking, double minIdle)
      throws SQLException {
    return session.query(
        SESSIONS,
        row ->
            new Root(
                row.getInt(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getBoolean(11)),
        blocking.stream().map(String::valueOf).toList(),
        minIdle);
  }

  private static Finding finding(Root root, Queue queue, double critical) {
    var evidence = new HashMap<String, String>();
    evidence.put("blockedSessions", Integer.toString(queue.sessions));
    evidence.put("blockedSeconds", Figures.of(queue.seconds));
    evidence.put("transactionSeconds", Long.toString(root.transactionSeconds));
    evidence.put("idleSeconds", Long.toString(root.idleSeconds));
    evidence.put("user", root.user);
    evidence.put("application", root.application);
    evidence.put("database", root.database);
    evidence.put("state", root.state);
    evidence.put("query", root.shown());
    evidence.put(TerminateBackend.BACKEND_START, root.backendStart);
    evidence.put(SPARED, Boolean.toString(root.spared()));
    return new Finding(
            NAME,
            queue.seconds >= critical ? Severity.CRITICAL : Severity.WARNING,
            Target.object(KIND, Integer.toString(root.pid)),
            queue.sessions == 0
                ? "session %d (%s, %s) has been idle in its transaction for %s"
                    .formatted(root.pid, root.user, root.application, Ages.of(root.idleSeconds))
                : "session %d (%s, %s, %s) blocks %d others, which have waited %s in total"
                    .formatted(
                        root.pid,
                        root.user,
                        root.application,
                        root.state.isEmpty() ? root.type : root.state,
                        queue.sessions,
                        Ages.of(Math.round(queue.seconds))),
            evidence)
        .fixedBy(TerminateBackend.TYPE, !root.spared());
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return VacuumBlocker.by(own, other)
        || (other.detector().equals(ConnectionSaturation.NAME)
            && own.evidenceLong("blockedSessions") * 2 >= other.evidenceLong("active"));
  }
}
