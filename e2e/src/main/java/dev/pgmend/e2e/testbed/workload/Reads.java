// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import dev.pgmend.e2e.testbed.shop.ShopFault;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The reads of the users. A statement that a fault affects uses only the table of that fault; the
 * others are the control statements of verification.
 */
final class Reads {
  private final ShopFacts facts;

  Reads(ShopFacts facts) {
    this.facts = facts;
  }

  List<Request> all() {
    return List.of(
        read(
            "parcels in a depot",
            20,
            Optional.of(ShopFault.BLOATED_INDEX),
            "SELECT count(*), min(tracking) FROM shipments WHERE depot = ?",
            (s, random) -> s.setString(1, ShopFacts.any(facts.depots(), random))),
        read(
            "customer by phone",
            20,
            Optional.of(ShopFault.INVALID_INDEX),
            "SELECT c_custkey, c_name, c_acctbal FROM customer WHERE c_phone = ?",
            (s, random) -> s.setString(1, ShopFacts.any(facts.phones(), random))),
        read(
            "lines of an order",
            7,
            Optional.of(ShopFault.MISSING_FOREIGN_KEY_INDEX),
            "SELECT l_linenumber, l_partkey, l_quantity, l_extendedprice FROM lineitem"
                + " WHERE l_orderkey = ? ORDER BY l_linenumber",
            (s, random) -> s.setLong(1, ShopFacts.any(facts.orders(), random))),
        read(
            "next events to send",
            10,
            Optional.of(ShopFault.STALE_STATISTICS),
            "SELECT id, topic FROM outbox WHERE state = 'pending' ORDER BY created_at LIMIT 10",
            (_, _) -> {}),
        read(
            "an agent's tickets",
            8,
            Optional.of(ShopFault.SLOW_STATEMENT),
            "SELECT id, opened_at, subject FROM tickets WHERE agent = ?"
                + " ORDER BY opened_at DESC LIMIT 10",
            (s, random) -> s.setString(1, ShopFacts.any(facts.agents(), random))),
        read(
            "order by number",
            30,
            Optional.empty(),
            "SELECT o_orderstatus, o_totalprice, o_orderdate FROM orders WHERE o_orderkey = ?",
            (s, random) -> s.setLong(1, ShopFacts.any(facts.orders(), random))),
        read(
            "orders of a customer",
            25,
            Optional.empty(),
            "SELECT o_orderkey, o_orderdate, o_totalprice FROM orders WHERE o_custkey = ?"
                + " ORDER BY o_orderdate DESC LIMIT 10",
            (s, random) -> s.setLong(1, ShopFacts.any(facts.customers(), random))),
        read(
            "offers for a part",
            25,
            Optional.empty(),
            "SELECT s_name, ps_availqty, ps_supplycost FROM partsupp"
                + " JOIN supplier ON s_suppkey = ps_suppkey WHERE ps_partkey = ?"
                + " ORDER BY ps_supplycost",
            (s, random) -> s.setInt(1, ShopFacts.any(facts.offers(), random).part())));
  }

  @FunctionalInterface
  private interface Binder {
    void bind(PreparedStatement statement, SplittableRandom random) throws SQLException;
  }

  private static Request read(
      String name, double perSecond, Optional<ShopFault> suffersFrom, String sql, Binder binder) {
    return new Request(
        name,
        perSecond,
        suffersFrom,
        (connection, random) -> {
          try (var statement = connection.prepareStatement(sql)) {
            binder.bind(statement, random);
            try (var rows = statement.executeQuery()) {
              while (rows.next()) {
                // Read all rows, as users do.
              }
            }
          }
          return List.of();
        });
  }
}
