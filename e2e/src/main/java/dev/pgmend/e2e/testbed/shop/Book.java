// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

/** A table that the ledger tracks by number of rows, keys and an amount. */
public enum Book {
  CUSTOMER("customer", "c_custkey", "round(c_acctbal * 100)"),
  PARTSUPP("partsupp", "ps_partkey", "ps_availqty"),
  ORDERS("orders", "o_orderkey", "round(o_totalprice * 100)"),
  LINEITEM("lineitem", "l_orderkey", "l_quantity"),
  SHIPMENTS("shipments", "id", "weight_grams"),
  OUTBOX("outbox", "id", "attempts"),
  TICKETS("tickets", "id", "replies");

  private final String table;
  private final String key;
  private final String amount;

  Book(String table, String key, String amount) {
    this.table = table;
    this.key = key;
    this.amount = amount;
  }

  public String table() {
    return table;
  }

  /** The query of the table's {@link Balance} in three columns. */
  String sql() {
    return "SELECT count(*), coalesce(sum(%s), 0)::bigint, coalesce(sum(%s), 0)::bigint FROM %s"
        .formatted(key, amount, table);
  }
}
