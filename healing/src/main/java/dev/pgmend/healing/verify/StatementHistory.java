// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.verify;

import dev.pgmend.healing.detect.Scope;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The recent past of a database's or a whole server's statements, as a row of intervals. Call
 * {@link #look} at a steady pace.
 */
public final class StatementHistory {
  /** When it is full the extension forgets a twentieth of its statements. */
  private static final double MAX_FORGOTTEN_SHARE = 0.25;

  private final Clock clock;
  private final Duration kept;
  private final Scope scope;
  private final Deque<Interval> intervals = new ArrayDeque<>();
  private @Nullable Map<Long, StatementCounters.Total> lastTotals;
  private Instant lastLook = Instant.EPOCH;

  /**
   * @param scope whose statements: of the database that is looked at, or of all
   * @param kept how far back the history goes
   */
  public StatementHistory(Scope scope, Clock clock, Duration kept) {
    this.scope = scope;
    this.clock = clock;
    this.kept = kept;
  }

  /**
   * Ends the running interval and begins the next.
   *
   * @return false if pg_stat_statements is not installed in this database
   */
  public synchronized boolean look(Session session, ServerFacts facts) throws SQLException {
    var totals = StatementCounters.read(session, facts, scope);
    if (totals.isEmpty()) {
      return false;
    }
    var now = clock.instant();
    if (lastTotals != null) {
      difference(lastTotals, totals.get())
          .ifPresent(work -> intervals.addLast(new Interval(lastLook, now, work)));
    }
    lastTotals = totals.get();
    lastLook = now;
    while (!intervals.isEmpty() && intervals.getFirst().to().isBefore(now.minus(kept))) {
      intervals.removeFirst();
    }
    return true;
  }

  /** Intervals that lie wholly between two moments. */
  synchronized List<Interval> between(Instant from, Instant to) {
    return intervals.stream().filter(i -> !i.from().isBefore(from) && !i.to().isAfter(to)).toList();
  }

  /** Length of the history without a gap until now. */
  public synchronized Duration length() {
    var from = lastLook;
    for (var latestFirst = intervals.descendingIterator(); latestFirst.hasNext(); ) {
      var interval = latestFirst.next();
      if (!interval.to().equals(from)) {
        break;
      }
      from = interval.from();
    }
    return Duration.between(from, lastLook);
  }

  /**
   * Empty if the counters were reset in between, because the difference is then unknown. A single
   * statement that the server removed to make room for others is left out.
   */
  private static Optional<Map<Long, Interval.Work>> difference(
      Map<Long, StatementCounters.Total> before, Map<Long, StatementCounters.Total> after) {
    var work = new HashMap<Long, Interval.Work>();
    var lost = before.keySet().stream().filter(id -> !after.containsKey(id)).count();
    for (var entry : after.entrySet()) {
      var old = before.getOrDefault(entry.getKey(), new StatementCounters.Total(0, 0));
      var calls = entry.getValue().calls() - old.calls();
      var ms = entry.getValue().ms() - old.ms();
      if (calls < 0 || ms < 0) {
        lost++;
      } else if (calls > 0) {
        work.put(entry.getKey(), new Interval.Work(calls, ms));
      }
    }
    return lost > MAX_FORGOTTEN_SHARE * before.size() ? Optional.empty() : Optional.of(work);
  }
}
