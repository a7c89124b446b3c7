// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Work of one statement of a database between two looks.
 *
 * @param roleName the role that ran it the most
 * @param calls at least one
 * @param ms execution time of all calls
 * @param sharePercent of the execution time of all statements of the database
 */
record StatementWork(
    long queryId, String roleName, long calls, double ms, double rows, double sharePercent) {

  /** Texts are left out, since reading them means reading the file they lie in. */
  private static final String TOTALS =
      """
      SELECT queryid, sum(calls)::bigint, sum(total_exec_time), sum(rows)::bigint,
             pg_get_userbyid((array_agg(userid ORDER BY calls DESC))[1])
        FROM (VALUES (true)) older_versions(toplevel),
             LATERAL (SELECT queryid, userid, dbid, calls, total_exec_time, rows, toplevel
                        FROM %s.pg_stat_statements(false)) s
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND queryid IS NOT NULL
         AND s.toplevel
       GROUP BY queryid
      """;

  private static final String TEXTS =
      """
      SELECT queryid, min(left(query, 20000))
        FROM %s.pg_stat_statements(true)
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND queryid::text = ANY (?) AND query NOT LIKE ?
       GROUP BY queryid
      """;

  double meanMs() {
    return ms / calls;
  }

  double rowsPerCall() {
    return rows / calls;
  }

  /** The totals at the last look, by queryid. */
  private static final class Totals {
    private @Nullable Map<Long, Total> last;
  }

  private record Total(long calls, double ms, double rows, String roleName) {
    static final Total ZERO = new Total(0, 0, 0, "");
  }

  /**
   * Work since the last look under this name, the largest part of the time first. Nothing at the
   * first look, because the start of the counters is unknown.
   *
   * @return empty if pg_stat_statements is not installed in this database
   */
  static Optional<List<StatementWork>> sinceLast(Inspection inspection, String name)
      throws SQLException {
    var schema = inspection.facts().schemaOf("pg_stat_statements");
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    var now = new HashMap<Long, Total>();
    inspection
        .session()
        .query(
            TOTALS.formatted(schema.get()),
            row ->
                now.put(
                    row.getLong(1),
                    new Total(row.getLong(2), row.getDouble(3), row.getLong(4), row.getString(5))));
    var totals =
        inspection
            .memory()
            .part(
                "StatementWork/%s/%s".formatted(name, inspection.database()),
                Totals.class,
                Totals::new);
    synchronized (totals) {
      var before = totals.last;
      totals.last = now;
      return Optional.of(before == null ? List.of() : difference(before, now));
    }
  }

  private static List<StatementWork> difference(Map<Long, Total> before, Map<Long, Total> now) {
    var work = new ArrayList<StatementWork>();
    now.forEach((id, total) -> {
      var old = before.getOrDefault(id, Total.ZERO);
      // One whose counters went back began anew: what it has now is what it did since.
      var begun = total.calls < old.calls || total.ms < old.ms ? Total.ZERO : old;
      if (total.calls > begun.calls) {
        work.add(
            new StatementWork(
                id,
                total.roleName,
                total.calls - begun.calls,
                total.ms - begun.ms,
                Math.max(0, total.rows - begun.rows),
                0));
      }
    });
    var all = work.stream().mapToDouble(StatementWork::ms).sum();
    return work.stream()
        .map(one -> one.share(all))
        .sorted(Comparator.comparingDouble(StatementWork::ms).reversed())
        .toList();
  }

  private StatementWork share(double all) {
    return new StatementWork(queryId, roleName, calls, ms, rows, all == 0 ? 0 : 100 * ms / all);
  }

  /** The texts of statements, our own left out. */
  static Map<Long, String> texts(Inspection inspection, List<Long> queryIds) throws SQLException {
    var texts = new HashMap<Long, String>();
    var schema = inspection.facts().schemaOf("pg_stat_statements");
    if (schema.isEmpty() || queryIds.isEmpty()) {
      return texts;
    }
    inspection
        .session()
        .query(
            TEXTS.formatted(schema.get()),
            row -> texts.put(row.getLong(1), String.valueOf(row.getString(2))),
            queryIds.stream().map(String::valueOf).toList(),
            "%" + Session.MARK + "%");
    return texts;
  }
}
