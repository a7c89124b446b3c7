package dev.pgmend.healing.detect.server;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.detect.Detector;
import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.detect.catalog.VacuumBlocker;
import dev.pgmend.healing.finding.Ages;
import dev.pgmend.healing.finding.Figures;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A session that others wait for, directly or through each other, or that sits in a transaction and
 * does nothing. Of those that wait for each other only the root is named: the one that waits for
 * nobody. What counts is the time that all behind it have lost.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html">pg_blocking_pids</a>
 */
@AutoService(Detector.class)
public final class BlockingSession implements Detector {
  public static final String NAME = "BlockingSession";

  /** When the session began, by which it is told from a later one of the same number. */
  public static final String BACKEND_START = "backendStart";

  /** Whether ending it could do harm of its own: a vacuum against wraparound, a repair of ours. */
  public static final String SPARED = "spared";

  static final String KIND = "session";

  private static final double MIN_BLOCKED_SECONDS = 60;
  private static final double CRITICAL_BLOCKED_SECONDS = 600;
  private static final double MIN_IDLE_SECONDS = 1_800;
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
             CASE WHEN a.state LIKE 'idle in transaction%%'
                  THEN extract(epoch FROM clock_timestamp() - a.state_change)::bigint ELSE 0 END,
             to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
             a.backend_type,
             coalesce(left(regexp_replace(a.query, '\\s+', ' ', 'g'), %d), '')
        FROM pg_stat_activity a
       WHERE a.pid <> pg_backend_pid()
         AND (a.pid = ANY (CAST(? AS text[])::int[])
              OR (a.state LIKE 'idle in transaction%%' AND a.backend_type = 'client backend'
                  AND a.state_change <= clock_timestamp() - make_interval(secs => ?)))
      """
          .formatted(QUERY_CHARACTERS);

  private record Wait(int pid, List<Integer> blockers, double seconds) {}

  /** What waits behind a root. */
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
      String query) {

    boolean spared() {
      return !type.equals("client backend")
          || query.contains("to prevent wraparound")
          || query.contains(Session.MARK);
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
    var minBlocked = thresholds.number(NAME + ".minBlockedSeconds", MIN_BLOCKED_SECONDS);
    var critical = thresholds.number(NAME + ".criticalBlockedSeconds", CRITICAL_BLOCKED_SECONDS);
    var minIdle = thresholds.number(NAME + ".minIdleSeconds", MIN_IDLE_SECONDS);
    var queues = queues(waits(inspection.session()));
    queues.values().removeIf(queue -> queue.seconds < minBlocked);
    return roots(inspection.session(), queues.keySet(), minIdle).stream()
        .map(root -> finding(root, queues.getOrDefault(root.pid, Queue.NONE), critical))
        .toList();
  }

  /** The session's process number. */
  public static int pidOf(Finding finding) {
    return Integer.parseInt(finding.target().object().substring(KIND.length() + 1));
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
                row.getString(10)),
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
    evidence.put("query", root.query);
    evidence.put(BACKEND_START, root.backendStart);
    evidence.put(SPARED, Boolean.toString(root.spared()));
    return new Finding(
        NAME,
        queue.seconds >= critical ? Severity.CRITICAL : Severity.WARNING,
        Target.object(KIND, Integer.toString(root.pid)),
        queue.sessions == 0
            ? "session %d (%s, %s) has done nothing in its open transaction for %s"
                .formatted(root.pid, root.user, root.application, Ages.of(root.idleSeconds))
            : "session %d (%s, %s, %s) blocks %d others, who have lost %s together"
                .formatted(
                    root.pid,
                    root.user,
                    root.application,
                    root.state.isEmpty() ? root.type : root.state,
                    queue.sessions,
                    Ages.of(Math.round(queue.seconds))),
        evidence);
  }

  @Override
  public boolean causes(Finding own, Finding other) {
    return VacuumBlocker.by(own, other)
        || (other.detector().equals(ConnectionSaturation.NAME)
            && own.evidenceLong("blockedSessions") * 2 >= other.evidenceLong("active"));
  }
}
