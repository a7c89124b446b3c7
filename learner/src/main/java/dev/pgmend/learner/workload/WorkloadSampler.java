// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.workload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the differences of pg_stat_statements of one database. Not thread-safe. */
public final class WorkloadSampler {
  private static final int KEPT_TEXTS = 10_000;

  /**
   * Without the texts, because reading them means reading a file. Before version 1.9, which
   * pg_upgrade keeps, the extension has no column toplevel: the name then means that of
   * older_versions.
   */
  private static final String TOTALS =
      """
      SELECT queryid, userid, sum(calls)::bigint, sum(total_exec_time), sum(rows)::bigint
        FROM (VALUES (true)) older_versions(toplevel),
             LATERAL (SELECT queryid, userid, dbid, calls, total_exec_time, rows, toplevel
                        FROM %s.pg_stat_statements(false)) s
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND queryid IS NOT NULL
         AND s.toplevel
       GROUP BY queryid, userid
      """;

  /** A text of megabytes is no statement that an index would help, and many would fill the heap. */
  private static final String TEXTS =
      """
      SELECT DISTINCT ON (queryid, userid) queryid, userid, pg_get_userbyid(userid), query
        FROM %s.pg_stat_statements(true)
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND queryid::text = ANY (?)
         AND length(query) <= 100000
      """;

  private final Clock clock;
  private final Cache<Key, Statement> texts = Caffeine.newBuilder().maximumSize(KEPT_TEXTS).build();
  private Map<Key, Total> last = Map.of();
  private Instant lastSample = Instant.EPOCH;

  private record Key(long queryId, long userOid) {}

  private record Total(long calls, double ms, long rows) {
    static final Total ZERO = new Total(0, 0, 0);

    Total minus(Total earlier) {
      return new Total(calls - earlier.calls, ms - earlier.ms, rows - earlier.rows);
    }
  }

  public WorkloadSampler(Clock clock) {
    this.clock = clock;
  }

  /**
   * The workload since the last sample; at first, since the last reset of the counters.
   *
   * @return empty if pg_stat_statements is not installed in this database
   */
  public Optional<Sample> look(Session session, ServerFacts facts) throws SQLException {
    var schema = facts.schemaOf("pg_stat_statements");
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    var now = clock.instant();
    var totals = new HashMap<Key, Total>();
    session.query(
        TOTALS.formatted(schema.get()),
        row ->
            totals.put(
                new Key(row.getLong(1), row.getLong(2)),
                new Total(row.getLong(3), row.getDouble(4), row.getLong(5))));
    var work = difference(totals);
    readTexts(session, schema.get(), work);
    var sample = sample(now, work);
    last = totals;
    lastSample = now;
    return Optional.of(sample);
  }

  /** If the counters of a statement decreased, they were reset, and their values count in full. */
  private Map<Key, Total> difference(Map<Key, Total> totals) {
    var work = new HashMap<Key, Total>();
    totals.forEach((key, total) -> {
      var change = total.minus(last.getOrDefault(key, Total.ZERO));
      if (change.calls() < 0 || change.ms() < 0) {
        change = total;
      }
      if (change.calls() > 0) {
        work.put(key, change);
      }
    });
    return work;
  }

  private void readTexts(Session session, String schema, Map<Key, Total> work) throws SQLException {
    var unknown =
        work.keySet().stream()
            .filter(key -> texts.getIfPresent(key) == null)
            .map(key -> Long.toString(key.queryId()))
            .distinct()
            .toList();
    if (unknown.isEmpty()) {
      return;
    }
    session.query(
        TEXTS.formatted(schema),
        row -> {
          var key = new Key(row.getLong(1), row.getLong(2));
          var text = Optional.ofNullable(row.getString(4)).orElse("");
          texts.put(key, new Statement(key.queryId(), row.getString(3), text));
          return key;
        },
        unknown);
  }

  private Sample sample(Instant now, Map<Key, Total> work) {
    double all = work.values().stream().mapToDouble(Total::ms).sum();
    double own = 0;
    var loads = new ArrayList<StatementLoad>();
    for (var entry : work.entrySet()) {
      var statement = texts.getIfPresent(entry.getKey());
      var total = entry.getValue();
      if (statement == null) {
        continue;
      }
      // Other statements of pgmend, such as repairs, are neither workload nor learning.
      if (statement.text().contains(Session.MARK)) {
        own += statement.text().contains(Session.LEARNERS_MARK) ? total.ms() : 0;
        continue;
      }
      var share = all == 0 ? 0 : 100 * total.ms() / all;
      loads.add(new StatementLoad(statement, total.calls(), total.ms(), total.rows(), share));
    }
    loads.sort(Comparator.comparingDouble(StatementLoad::totalMs).reversed());
    return new Sample(lastSample, now, List.copyOf(loads), own, all);
  }
}
