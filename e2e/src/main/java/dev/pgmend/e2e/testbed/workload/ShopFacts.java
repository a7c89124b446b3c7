// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The facts that the users know when the shop opens.
 *
 * @param phones of some customers
 * @param orders keys of some orders
 * @param offers some parts with one of their suppliers each
 * @param tickets keys of some tickets
 * @param lastOrder the highest key of an order
 */
record ShopFacts(
    List<String> phones,
    List<Long> customers,
    List<Long> orders,
    List<Offer> offers,
    List<String> depots,
    List<String> agents,
    List<Long> tickets,
    long lastOrder) {

  private static final int SOME = 2_000;

  /** A part as one supplier sells it. */
  record Offer(int part, int supplier) {}

  @FunctionalInterface
  private interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  static ShopFacts read(Connection connection) throws SQLException {
    return new ShopFacts(
        some(connection, "SELECT c_phone FROM customer", row -> row.getString(1)),
        some(connection, "SELECT c_custkey FROM customer", row -> row.getLong(1)),
        some(connection, "SELECT o_orderkey FROM orders", row -> row.getLong(1)),
        some(
            connection,
            "SELECT ps_partkey, ps_suppkey FROM partsupp",
            row -> new Offer(row.getInt(1), row.getInt(2))),
        some(connection, "SELECT DISTINCT depot FROM shipments", row -> row.getString(1)),
        some(connection, "SELECT DISTINCT agent FROM tickets", row -> row.getString(1)),
        some(connection, "SELECT id FROM tickets", row -> row.getLong(1)),
        some(connection, "SELECT max(o_orderkey) FROM orders", row -> row.getLong(1)).getFirst());
  }

  /** A random element. */
  static <T> T any(List<T> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }

  /** A sample of the whole table, the same for the same rows. */
  private static <T> List<T> some(Connection connection, String sql, Mapper<T> mapper)
      throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT * FROM (%s) t ORDER BY md5(t::text) LIMIT %d".formatted(sql, SOME))) {
      var values = new ArrayList<T>();
      while (rows.next()) {
        values.add(mapper.map(rows));
      }
      return List.copyOf(values);
    }
  }
}
