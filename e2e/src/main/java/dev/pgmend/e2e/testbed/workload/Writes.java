// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.workload;

import dev.pgmend.e2e.testbed.shop.Balance;
import dev.pgmend.e2e.testbed.shop.Book;
import dev.pgmend.e2e.testbed.shop.Entry;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The writes of the users, each with its entries for the ledger. */
final class Writes {
  private static final int MAX_LINES = 4;
  private static final int MAX_PIECES = 9;

  private final ShopFacts facts;
  private final AtomicLong nextOrder;
  private final Queue<Order> placed = new ConcurrentLinkedQueue<>();
  private final Queue<Row> sent = new ConcurrentLinkedQueue<>();
  private final Queue<Row> noted = new ConcurrentLinkedQueue<>();

  /** An order that a user placed and can cancel. */
  private record Order(long key, long cents, List<Integer> pieces) {
    List<Entry> entries() {
      var entries = new ArrayList<Entry>();
      entries.add(new Entry(Book.ORDERS, Balance.inserted(key, cents)));
      pieces.forEach(p -> entries.add(new Entry(Book.LINEITEM, Balance.inserted(key, p))));
      return entries;
    }
  }

  /** A parcel or an event. */
  private record Row(long id, long amount) {}

  Writes(ShopFacts facts) {
    this.facts = facts;
    this.nextOrder = new AtomicLong(facts.lastOrder());
  }

  List<Request> all() {
    return List.of(
        write("place an order", 6, this::placeOrder),
        write("cancel an order", 2, this::cancelOrder),
        write("take from stock", 12, this::takeFromStock),
        write("credit a customer", 4, this::creditCustomer),
        write("send a parcel", 4, this::sendParcel),
        write("deliver a parcel", 3, this::deliverParcel),
        write("note an event", 6, this::noteEvent),
        write("send an event", 6, this::sendEvent),
        write("open a ticket", 3, this::openTicket),
        write("answer a ticket", 4, this::answerTicket));
  }

  private static Request write(String name, double perSecond, Request.Work work) {
    return new Request(name, perSecond, Optional.empty(), work);
  }

  private List<Entry> placeOrder(Connection connection, SplittableRandom random)
      throws SQLException {
    var pieces = random.ints(random.nextInt(1, MAX_LINES + 1), 1, MAX_PIECES + 1).boxed();
    var order =
        new Order(nextOrder.incrementAndGet(), random.nextLong(1_00, 999_00), pieces.toList());
    connection.setAutoCommit(false);
    try {
      insertOrder(connection, order, ShopFacts.any(facts.customers(), random));
      for (int line = 0; line < order.pieces.size(); line++) {
        insertLine(connection, order, line, ShopFacts.any(facts.offers(), random));
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
    placed.add(order);
    return order.entries();
  }

  private static void insertOrder(Connection connection, Order order, long customer)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO orders VALUES (?, ?, 'O', ?, current_date, '3-MEDIUM', 'web', 0, '')")) {
      insert.setLong(1, order.key);
      insert.setLong(2, customer);
      insert.setBigDecimal(3, BigDecimal.valueOf(order.cents, 2));
      insert.executeUpdate();
    }
  }

  private static void insertLine(
      Connection connection, Order order, int line, ShopFacts.Offer offer) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            """
            INSERT INTO lineitem (l_orderkey, l_partkey, l_suppkey, l_linenumber, l_quantity,
                                  l_extendedprice, l_discount, l_tax, l_returnflag, l_linestatus,
                                  l_shipdate, l_commitdate, l_receiptdate, l_shipinstruct,
                                  l_shipmode, l_comment)
            VALUES (?, ?, ?, ?, ?, 10, 0, 0, 'N', 'O',
                    current_date, current_date, current_date, 'NONE', 'MAIL', '')
            """)) {
      insert.setLong(1, order.key);
      insert.setInt(2, offer.part());
      insert.setInt(3, offer.supplier());
      insert.setInt(4, line + 1);
      insert.setInt(5, order.pieces.get(line));
      insert.executeUpdate();
    }
  }

  /** Deleting an order also checks the foreign key of its lines. */
  private List<Entry> cancelOrder(Connection connection, SplittableRandom random)
      throws SQLException {
    var order = placed.poll();
    if (order == null) {
      return List.of();
    }
    try (var delete =
        connection.prepareStatement(
            """
            WITH lines AS (DELETE FROM lineitem WHERE l_orderkey = ?)
            DELETE FROM orders WHERE o_orderkey = ?
            """)) {
      delete.setLong(1, order.key);
      delete.setLong(2, order.key);
      expectOne(delete.executeUpdate(), "orders", order.key);
    }
    return negated(order.entries());
  }

  private List<Entry> takeFromStock(Connection connection, SplittableRandom random)
      throws SQLException {
    var offer = ShopFacts.any(facts.offers(), random);
    try (var update =
        connection.prepareStatement(
            "UPDATE partsupp SET ps_availqty = ps_availqty - 1"
                + " WHERE ps_partkey = ? AND ps_suppkey = ?")) {
      update.setInt(1, offer.part());
      update.setInt(2, offer.supplier());
      expectOne(update.executeUpdate(), "partsupp", offer.part());
    }
    return List.of(new Entry(Book.PARTSUPP, Balance.updated(-1)));
  }

  private List<Entry> creditCustomer(Connection connection, SplittableRandom random)
      throws SQLException {
    var customer = ShopFacts.any(facts.customers(), random);
    var cents = random.nextLong(1, 50_00);
    try (var update =
        connection.prepareStatement(
            "UPDATE customer SET c_acctbal = c_acctbal + ? WHERE c_custkey = ?")) {
      update.setBigDecimal(1, BigDecimal.valueOf(cents, 2));
      update.setLong(2, customer);
      expectOne(update.executeUpdate(), "customer", customer);
    }
    return List.of(new Entry(Book.CUSTOMER, Balance.updated(cents)));
  }

  private List<Entry> sendParcel(Connection connection, SplittableRandom random)
      throws SQLException {
    var grams = random.nextInt(100, 20_000);
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO shipments (depot, tracking, weight_grams) VALUES (?, ?, ?)"
                + " RETURNING id")) {
      insert.setString(1, ShopFacts.any(facts.depots(), random));
      insert.setString(2, Long.toHexString(random.nextLong()));
      insert.setInt(3, grams);
      try (var rows = insert.executeQuery()) {
        rows.next();
        var parcel = new Row(rows.getLong(1), grams);
        sent.add(parcel);
        return List.of(new Entry(Book.SHIPMENTS, Balance.inserted(parcel.id, grams)));
      }
    }
  }

  private List<Entry> deliverParcel(Connection connection, SplittableRandom random)
      throws SQLException {
    var parcel = sent.poll();
    if (parcel == null) {
      return List.of();
    }
    try (var delete = connection.prepareStatement("DELETE FROM shipments WHERE id = ?")) {
      delete.setLong(1, parcel.id);
      expectOne(delete.executeUpdate(), "shipments", parcel.id);
    }
    return List.of(new Entry(Book.SHIPMENTS, Balance.inserted(parcel.id, parcel.amount).negated()));
  }

  private List<Entry> noteEvent(Connection connection, SplittableRandom random)
      throws SQLException {
    try (var insert =
            connection.prepareStatement(
                "INSERT INTO outbox (topic, state) VALUES ('order.placed', 'pending')"
                    + " RETURNING id");
        var rows = insert.executeQuery()) {
      rows.next();
      var event = new Row(rows.getLong(1), 0);
      noted.add(event);
      return List.of(new Entry(Book.OUTBOX, Balance.inserted(event.id, 0)));
    }
  }

  private List<Entry> sendEvent(Connection connection, SplittableRandom random)
      throws SQLException {
    var event = noted.poll();
    if (event == null) {
      return List.of();
    }
    try (var update =
        connection.prepareStatement(
            "UPDATE outbox SET state = 'sent', attempts = attempts + 1 WHERE id = ?")) {
      update.setLong(1, event.id);
      expectOne(update.executeUpdate(), "outbox", event.id);
    }
    return List.of(new Entry(Book.OUTBOX, Balance.updated(1)));
  }

  private List<Entry> openTicket(Connection connection, SplittableRandom random)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO tickets (agent, subject, body) VALUES (?, 'It is late', ?)"
                + " RETURNING id")) {
      insert.setString(1, ShopFacts.any(facts.agents(), random));
      insert.setString(2, Long.toHexString(random.nextLong()));
      try (var rows = insert.executeQuery()) {
        rows.next();
        return List.of(new Entry(Book.TICKETS, Balance.inserted(rows.getLong(1), 0)));
      }
    }
  }

  private List<Entry> answerTicket(Connection connection, SplittableRandom random)
      throws SQLException {
    var ticket = ShopFacts.any(facts.tickets(), random);
    try (var update =
        connection.prepareStatement("UPDATE tickets SET replies = replies + 1 WHERE id = ?")) {
      update.setLong(1, ticket);
      expectOne(update.executeUpdate(), "tickets", ticket);
    }
    return List.of(new Entry(Book.TICKETS, Balance.updated(1)));
  }

  private static List<Entry> negated(List<Entry> entries) {
    return entries.stream().map(e -> new Entry(e.book(), e.change().negated())).toList();
  }

  /** Fails if a row that a user knows is missing in the database. */
  private static void expectOne(int rows, String table, long key) throws SQLException {
    if (rows != 1) {
      throw new SQLException("%s %d: %d rows changed, not 1".formatted(table, key, rows));
    }
  }
}
