// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import dev.pgmend.healing.plan.PlanShape;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Asks for the rows nearest to a stored one, once by reading all of them and once through an
 * approximate index, and counts how many of the true ones the index finds.
 *
 * <p>By distance rather than by identity: where rows lie equally far, either will do (as in
 * Aumüller, Bernhardsson &amp; Faithfull, ANN-Benchmarks, 2018).
 */
record NearestNeighbours(Session session, VectorIndex index) {
  private static final Map<String, String> BY_TABLE =
      Map.of("enable_indexscan", "off", "max_parallel_workers_per_gather", "0");
  private static final Map<String, String> BY_INDEX =
      Map.of("enable_seqscan", "off", "enable_sort", "off");

  /** Number of neighbours per search, without the row itself. */
  static final int WANTED = 10;

  /** Distances are single precision. */
  private static final double TOLERANCE = 1e-5;

  private static final double ROWS_PER_SAMPLED = 50;

  /**
   * Result of one search.
   *
   * @param found how many of the wanted
   * @param ms what the search through the index took
   */
  record Answer(int found, int wanted, double ms) {}

  /**
   * Vectors of some rows in the index. The sample is random but the same while the table is
   * unchanged, so that proposals do not change each time.
   */
  List<String> sample(int rows) throws SQLException {
    var percent = Math.min(100, 100 * ROWS_PER_SAMPLED * rows / Math.max(1, index.rows()));
    var sampled = sample(rows, percent);
    return sampled.size() < rows && percent < 100 ? sample(rows, 100) : sampled;
  }

  private List<String> sample(int rows, double percent) throws SQLException {
    return session.query(
        String.format(
            Locale.ROOT,
            """
            SELECT ctid::text FROM %s TABLESAMPLE SYSTEM (%f) REPEATABLE (1)
             WHERE %s ORDER BY hashtid(ctid) LIMIT %d
            """,
            index.quotedTable(),
            percent,
            escaped(index.indexed()),
            rows),
        row -> row.getString(1));
  }

  /** The distances of the nearest by reading the table; the row itself is among them. */
  List<Double> exactly(String ctid) throws SQLException {
    try {
      session.configure(BY_TABLE);
      return nearest(ctid);
    } finally {
      session.reset(BY_TABLE.keySet());
    }
  }

  /** Whether the server can be made to search through this index. */
  boolean usable(String ctid) throws SQLException {
    try {
      session.configure(BY_INDEX);
      var explained =
          session.queryVerbatim(
              "EXPLAIN (VERBOSE, FORMAT JSON) " + search(ctid), row -> row.getString(1));
      return PlanShape.parse(String.join("\n", explained)).accesses().stream()
          .anyMatch(access -> access.index().equals(index.target().index()));
    } finally {
      session.reset(BY_INDEX.keySet());
    }
  }

  /**
   * Searches through the index.
   *
   * @param exact the true distances, the least first
   * @param thoroughness value of the index's setting
   */
  Answer through(String ctid, List<Double> exact, long thoroughness) throws SQLException {
    var settings = new HashMap<>(BY_INDEX);
    settings.put(index.method().parameter(), Long.toString(thoroughness));
    try {
      session.configure(settings);
      var begin = System.nanoTime();
      var seen = nearest(ctid);
      var ms = (System.nanoTime() - begin) / 1e6;
      var farthest = exact.getLast();
      var limit = farthest + TOLERANCE * Math.max(1, Math.abs(farthest));
      var found = seen.stream().filter(distance -> distance <= limit).count();
      var wanted = exact.size() - 1;
      return new Answer((int) Math.max(0, Math.min(found - 1, wanted)), wanted, ms);
    } finally {
      session.reset(settings.keySet());
    }
  }

  private List<Double> nearest(String ctid) throws SQLException {
    return session.queryVerbatim(search(ctid), row -> row.getDouble(1));
  }

  private String search(String ctid) {
    return """
    SELECT distance::float8
      FROM (SELECT %1$s %2$s (SELECT %1$s FROM %3$s WHERE ctid = %4$s::tid) AS distance
              FROM %3$s WHERE %5$s ORDER BY distance LIMIT %6$d) nearest
    """
        .formatted(
            index.key(),
            index.operator(),
            index.quotedTable(),
            Identifiers.literal(ctid),
            index.indexed(),
            WANTED + 1);
  }

  /** A question mark in an expression is an operator, not a parameter. */
  private static String escaped(String sql) {
    return sql.replace("?", "??");
  }
}
