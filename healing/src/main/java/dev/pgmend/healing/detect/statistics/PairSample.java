// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Values of two columns in a part of a table, sampled page by page.
 *
 * @param whole whether the part is all of the table
 * @param rows looked at
 * @param distinctPairs of values
 * @param distinctProduct as many pairs as there were if the columns had nothing to do with each
 *     other
 * @param dependency the share of the rows whose one value is the only one that is found with their
 *     other value, in the better direction: the degree of a functional dependency, as Postgres
 *     defines it
 * @param pairs some, evenly spread over the rows, from the most frequent to the least
 * @see <a
 *     href="https://github.com/postgres/postgres/blob/master/src/backend/statistics/README.dependencies">
 *     functional dependencies</a>
 */
record PairSample(
    boolean whole,
    long rows,
    long distinctPairs,
    long distinctProduct,
    double dependency,
    List<Pair> pairs) {

  private static final int PAIRS = 6;

  /** So many pages far from each other have to hold a pair, before its share of all is believed. */
  private static final int ENOUGH_PAGES = 20;

  private static final Pattern PLAN_ROWS = Pattern.compile("\"Plan Rows\": (\\d+)");

  /** The same sample each time, so that a finding does not come and go. */
  private static final String SQL =
      """
      WITH sample AS MATERIALIZED (
             SELECT %1$s::text AS a, %2$s::text AS b, split_part(ctid::text, ',', 1) AS page
               FROM ONLY %3$s TABLESAMPLE SYSTEM (%4$s) REPEATABLE (1)),
           pairs AS MATERIALIZED (
             SELECT a, b, count(*) AS n, count(DISTINCT page) AS pages
               FROM sample WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY a, b),
           firsts AS (SELECT sum(n) AS n, count(*) AS partners FROM pairs GROUP BY a),
           seconds AS (SELECT sum(n) AS n, count(*) AS partners FROM pairs GROUP BY b)
      SELECT a, b, n, pages,
             (SELECT count(*) FROM sample), (SELECT count(*) FROM pairs),
             (SELECT count(*) FROM firsts) * (SELECT count(*) FROM seconds),
             greatest(
               (SELECT sum(n) FILTER (WHERE partners = 1) / sum(n) FROM firsts),
               (SELECT sum(n) FILTER (WHERE partners = 1) / sum(n) FROM seconds), 0)
        FROM (SELECT *, sum(n) OVER (ORDER BY n DESC, a, b) AS up_to, sum(n) OVER () AS of_all
                FROM pairs) p
       WHERE floor(%5$d * up_to / of_all) > floor(%5$d * (up_to - n) / of_all)
      """;

  /** Two values that occur together, in how many rows and pages of the sample. */
  record Pair(String first, String second, long rows, long pages) {}

  /** Expected and actual rows of a pair. */
  record Estimate(long estimatedRows, long actualRows) {
    double error() {
      return (double) actualRows / Math.max(1, estimatedRows);
    }
  }

  private record Row(
      Pair pair, long rows, long distinctPairs, long distinctProduct, double dependency) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          new Pair(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)),
          row.getLong(5),
          row.getLong(6),
          row.getLong(7),
          row.getDouble(8));
    }
  }

  static PairSample take(Session session, ColumnPair pair, long tablePages, long maxPages)
      throws SQLException {
    var whole = tablePages <= maxPages;
    var sql =
        SQL.formatted(
            Identifiers.quote(pair.first()),
            Identifiers.quote(pair.second()),
            Identifiers.quote(pair.schema(), pair.name()),
            whole ? "100" : Double.toString(100.0 * maxPages / tablePages),
            PAIRS);
    var rows = session.queryVerbatim(sql, Row::of);
    if (rows.isEmpty()) {
      return new PairSample(whole, 0, 0, 0, 0, List.of());
    }
    var any = rows.getFirst();
    return new PairSample(
        whole,
        any.rows,
        any.distinctPairs,
        any.distinctProduct,
        any.dependency,
        rows.stream().map(Row::pair).toList());
  }

  /** The worst estimate of the planner among the pairs that are frequent enough. */
  Estimate worst(Session session, ColumnPair columns, double tableRows, double minRows)
      throws SQLException {
    var worst = new Estimate(0, 0);
    for (var pair : pairs) {
      var actual = Math.round(tableRows * pair.rows / rows);
      if (actual >= minRows && (whole || pair.pages >= ENOUGH_PAGES)) {
        var estimate = new Estimate(planned(session, columns, pair), actual);
        worst = estimate.error() > worst.error() ? estimate : worst;
      }
    }
    return worst;
  }

  private static long planned(Session session, ColumnPair columns, Pair pair) throws SQLException {
    var plan =
        session.queryVerbatim(
            "EXPLAIN (FORMAT JSON) SELECT 1 FROM ONLY %s WHERE %s = %s AND %s = %s"
                .formatted(
                    Identifiers.quote(columns.schema(), columns.name()),
                    Identifiers.quote(columns.first()),
                    Identifiers.literal(pair.first),
                    Identifiers.quote(columns.second()),
                    Identifiers.literal(pair.second)),
            row -> row.getString(1));
    // The topmost node's comes first.
    return PLAN_ROWS
        .matcher(String.join("", plan))
        .results()
        .findFirst()
        .map(match -> Long.parseLong(match.group(1)))
        .orElseThrow(() -> new SQLException("EXPLAIN shows no row estimate"));
  }
}
