// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import dev.pgmend.e2e.testbed.shop.ShopLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The databases for training: three benchmarks and two of our own. */
final class TrainingDatabases {
  private static final double TPCH_SCALE = 0.02;
  private static final double TPCDS_SCALE = 0.02;
  private static final long SEED = 1;

  private TrainingDatabases() {}

  static List<TrainingDatabase> all() {
    return List.of(tpch(), tpcds(), pgbench(), forum(), telemetry());
  }

  private static TrainingDatabase tpch() {
    return new TrainingDatabase(
        "tpch",
        connection -> new ShopLoader(connection, TPCH_SCALE, SEED, _ -> {}).load(),
        List.of(
            "nation.n_regionkey=region.r_regionkey",
            "supplier.s_nationkey=nation.n_nationkey",
            "customer.c_nationkey=nation.n_nationkey",
            "partsupp.ps_partkey=part.p_partkey",
            "partsupp.ps_suppkey=supplier.s_suppkey",
            "orders.o_custkey=customer.c_custkey",
            "lineitem.l_orderkey=orders.o_orderkey",
            "lineitem.l_partkey=part.p_partkey",
            "lineitem.l_suppkey=supplier.s_suppkey",
            "lineitem.l_partkey=partsupp.ps_partkey"),
        List.of(
            "orders (o_orderdate)",
            "lineitem (l_shipdate)",
            "part (p_brand, p_size)",
            "customer (c_mktsegment)",
            "lineitem (l_suppkey)",
            "orders (o_totalprice)"));
  }

  private static TrainingDatabase tpcds() {
    return new TrainingDatabase(
        "tpcds",
        connection -> new TpcdsLoader(connection, TPCDS_SCALE).load(),
        TpcdsLoader.JOINS,
        List.of(
            "store_sales (ss_item_sk)",
            "store_sales (ss_sold_date_sk)",
            "store_sales (ss_customer_sk)",
            "catalog_sales (cs_item_sk)",
            "catalog_sales (cs_sold_date_sk)",
            "web_sales (ws_item_sk)",
            "web_sales (ws_sold_date_sk, ws_item_sk)",
            "item (i_item_sk)",
            "item (i_category)",
            "date_dim (d_date_sk)",
            "date_dim (d_year, d_moy)",
            "customer (c_customer_sk)",
            "customer_address (ca_address_sk)",
            "store_returns (sr_item_sk, sr_ticket_number)"));
  }

  private static TrainingDatabase pgbench() {
    return new TrainingDatabase(
        "pgbench",
        script("pgbench.sql"),
        List.of(
            "pgbench_accounts.bid=pgbench_branches.bid",
            "pgbench_tellers.bid=pgbench_branches.bid",
            "pgbench_history.aid=pgbench_accounts.aid",
            "pgbench_history.tid=pgbench_tellers.tid",
            "pgbench_history.bid=pgbench_branches.bid"),
        List.of(
            "pgbench_accounts (bid)",
            "pgbench_history (aid)",
            "pgbench_history (mtime)",
            "pgbench_accounts (abalance)"));
  }

  private static TrainingDatabase forum() {
    return new TrainingDatabase(
        "forum",
        script("forum.sql"),
        List.of(
            "posts.author=members.id",
            "comments.post=posts.id",
            "comments.author=members.id",
            "votes.post=posts.id",
            "votes.member=members.id",
            "posts.topic=topics.id"),
        List.of(
            "posts (author)",
            "posts (topic, score)",
            "comments (post)",
            "comments (author)",
            "votes (post)",
            "votes (member, cast_at)",
            "members (country)",
            "posts (created)"));
  }

  private static TrainingDatabase telemetry() {
    return new TrainingDatabase(
        "telemetry",
        script("telemetry.sql"),
        List.of(
            "readings.device=devices.id",
            "alarms.device=devices.id",
            "devices.site=sites.id",
            "devices.model=models.id"),
        List.of(
            "readings (device, taken)",
            "readings (taken)",
            "alarms (device)",
            "alarms (severity, raised)",
            "devices (site)",
            "readings (value)"));
  }

  private static TrainingDatabase.Loader script(String name) {
    return connection -> {
      try (var statement = connection.createStatement()) {
        statement.execute(resource(name));
        statement.execute("VACUUM (ANALYZE)");
      }
    };
  }

  private static String resource(String name) {
    try (var stream = TrainingDatabases.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing in the jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
