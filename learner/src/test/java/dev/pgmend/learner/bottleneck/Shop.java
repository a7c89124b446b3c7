// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import dev.pgmend.healing.testing.TestDatabase;
import java.util.Map;

/** A small shop, and a query for each way in which operators share time. */
final class Shop {
  private static final String SERIAL = "SET max_parallel_workers_per_gather = 0";
  private static final String PARALLEL =
      """
      SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0;
      SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0\
      """;

  static final Map<String, Query> QUERIES =
      Map.ofEntries(
          query(
              "hash joins",
              "Hash Join",
              SERIAL,
              "SELECT count(*) FROM orders JOIN items USING (order_id)"),
          query(
              "nested loops with an inner index scan of many loops",
              "Nested Loop",
              SERIAL + "; SET enable_hashjoin = off; SET enable_mergejoin = off",
              "SELECT sum(price) FROM orders o JOIN items i ON i.item_id = o.order_id * 3"),
          query(
              "nested loops over a materialised table",
              "Materialize",
              SERIAL
                  + "; SET enable_hashjoin = off; SET enable_mergejoin = off;"
                  + " SET enable_memoize = off",
              "SELECT count(*) FROM items i JOIN kinds k ON i.kind > k.kind AND k.kind < 5"),
          query(
              "memoised lookups",
              "Memoize",
              SERIAL + "; SET enable_hashjoin = off; SET enable_mergejoin = off",
              "SELECT count(k.name) FROM items i JOIN kinds k ON k.kind = i.kind"),
          query(
              "merge joins",
              "Merge Join",
              SERIAL + "; SET enable_hashjoin = off; SET enable_nestloop = off",
              "SELECT count(*) FROM orders JOIN items USING (order_id)"),
          query(
              "a CTE that is read twice",
              "CTE Scan",
              SERIAL,
              """
              WITH c AS MATERIALIZED (SELECT kind, sum(price) s FROM items GROUP BY kind)
              SELECT * FROM c JOIN (SELECT max(s) s FROM c) m ON c.s = m.s
              """),
          query(
              "a CTE of which one reader takes a part and another the rest",
              "Limit",
              SERIAL,
              """
              WITH c AS MATERIALIZED (SELECT order_id, sqrt(price) p FROM items)
              (SELECT count(*) FROM (SELECT * FROM c LIMIT 40000) x)
              UNION ALL SELECT count(*) FROM c
              """),
          query(
              "an init plan in a condition",
              "InitPlan 1",
              SERIAL,
              "SELECT count(*) FROM items WHERE price > (SELECT avg(price) FROM items)"),
          query(
              "an init plan among the results",
              "InitPlan 1",
              SERIAL,
              "SELECT (SELECT avg(price) FROM items), count(*) FROM orders"),
          query(
              "a subplan run again for each row",
              "SubPlan 1",
              SERIAL,
              """
              SELECT order_id, (SELECT max(price) FROM items i WHERE i.item_id < o.order_id % 50)
              FROM orders o WHERE order_id < 3000
              """),
          query(
              "a hashed subplan",
              "hashed SubPlan 1",
              SERIAL,
              "SELECT count(*) FROM orders WHERE order_id NOT IN (SELECT order_id FROM items)"),
          query(
              "a limit that stops early",
              "Limit",
              SERIAL,
              "SELECT * FROM items i JOIN orders o USING (order_id) WHERE price > 2 LIMIT 500"),
          query(
              "an append of two tables",
              "Append",
              SERIAL,
              "SELECT count(*) FROM (SELECT order_id FROM orders UNION ALL"
                  + " SELECT order_id FROM items) x"),
          query(
              "recursion",
              "WorkTable Scan",
              SERIAL,
              "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 50000)"
                  + " SELECT count(*) FROM t"),
          query(
              "a sort, a window and a bitmap scan",
              "Bitmap Heap Scan",
              SERIAL + "; SET enable_seqscan = off; SET enable_indexscan = off",
              "SELECT *, rank() OVER (PARTITION BY kind ORDER BY price) FROM items"
                  + " WHERE item_id BETWEEN 10 AND 60000"),
          query(
              "a parallel aggregate",
              "Gather",
              PARALLEL,
              "SELECT kind, count(*), avg(price) FROM items GROUP BY kind"),
          query(
              "a parallel hash join below an init plan's value",
              "InitPlan 1",
              PARALLEL,
              """
              SELECT count(*) FROM orders JOIN items USING (order_id)
              WHERE price > (SELECT avg(price) FROM items WHERE kind < 10)
              """),
          query(
              "a parallel append whose members share the processes",
              "Append",
              PARALLEL,
              "SELECT count(*) FROM (SELECT order_id FROM orders UNION ALL"
                  + " SELECT order_id FROM items) x"),
          query(
              "a parallel append whose members run side by side",
              "Append",
              PARALLEL + "; SET enable_parallel_append = on",
              """
              SELECT count(*) FROM (
                SELECT sum(price) s FROM small_a GROUP BY kind
                UNION ALL SELECT sum(price) FROM small_b GROUP BY kind
                UNION ALL SELECT sum(price) FROM small_c GROUP BY kind
                UNION ALL SELECT sum(price) FROM small_d GROUP BY kind) x
              """),
          query(
              "a Gather that runs again for each row",
              "Gather",
              PARALLEL + "; SET enable_material = off; SET enable_memoize = off",
              """
              SELECT k.kind, x.n FROM kinds k,
              LATERAL (SELECT count(*) n FROM items i WHERE i.kind = k.kind) x WHERE k.kind < 4
              """),
          query(
              "a parallel sort that is merged",
              "Gather Merge",
              PARALLEL,
              "SELECT item_id, price FROM items WHERE kind < 8 ORDER BY price, item_id"),
          query(
              "grouping sets over a join with a condition that is a subplan",
              "SubPlan",
              SERIAL,
              """
              SELECT i.kind, o.note, count(*) FROM items i JOIN orders o USING (order_id)
              WHERE EXISTS (SELECT FROM kinds k WHERE k.kind = i.kind AND k.name LIKE '%1')
                 OR i.price > 5000
              GROUP BY GROUPING SETS ((i.kind), (o.note), ())
              """),
          query(
              "a CTE within a CTE, each read twice",
              "CTE b",
              SERIAL,
              """
              WITH a AS MATERIALIZED (SELECT kind, price FROM items WHERE item_id < 60000),
                b AS MATERIALIZED (SELECT a.kind, max(a.price) m FROM a GROUP BY 1)
              SELECT count(*) FROM a JOIN b USING (kind)
              WHERE a.price > (SELECT avg(m) / 2 FROM b)
              """),
          query(
              "branches that never run",
              "InitPlan 1",
              SERIAL,
              "SELECT count(*) FROM items i LEFT JOIN orders o ON o.order_id = i.order_id AND i.kind > 99"
                  + " WHERE EXISTS (SELECT FROM kinds WHERE kind = 3)"),
          query(
              "foreign scans side by side",
              "\"Async Capable\": true",
              SERIAL,
              "SELECT count(*) FROM (SELECT price FROM far_a UNION ALL SELECT price FROM far_b) x"
                  + " WHERE price > random()"),
          query(
              "an update that nobody reads",
              "ModifyTable",
              SERIAL,
              "WITH u AS (UPDATE orders SET note = 'y' WHERE order_id < 2000)"
                  + " SELECT count(*) FROM items"),
          query(
              "an update that returns rows through a CTE",
              "ModifyTable",
              SERIAL,
              "WITH u AS (UPDATE orders SET note = 'x' WHERE order_id < 2000 RETURNING *)"
                  + " SELECT count(*) FROM u"));

  private Shop() {}

  /**
   * A query to run.
   *
   * @param shows what its plan has to show for the test to mean anything
   */
  record Query(String shows, String settings, String sql) {}

  private static Map.Entry<String, Query> query(
      String name, String shows, String settings, String sql) {
    return Map.entry(name, new Query(shows, settings, sql));
  }

  static void fill(TestDatabase database) {
    database.execute(
        "CREATE TABLE kinds AS SELECT k AS kind, 'kind ' || k AS name FROM generate_series(0, 19) k",
        "ALTER TABLE kinds ADD PRIMARY KEY (kind)",
        "CREATE TABLE orders AS SELECT o AS order_id, '' AS note FROM generate_series(1, 30000) o",
        "ALTER TABLE orders ADD PRIMARY KEY (order_id)",
        "CREATE TABLE items AS SELECT i AS item_id, 1 + i % 30000 AS order_id, i % 20 AS kind,"
            + " (i * 7919 % 10007)::float8 AS price FROM generate_series(1, 120000) i",
        "ALTER TABLE items ADD PRIMARY KEY (item_id)");
    for (var table : new String[] {"small_a", "small_b", "small_c", "small_d"}) {
      database.execute(
          "CREATE TABLE " + table + " AS SELECT * FROM items",
          "ALTER TABLE " + table + " SET (parallel_workers = 0)");
    }
    linkToItself(database, "far_a", "small_a");
    linkToItself(database, "far_b", "small_b");
    database.execute("VACUUM ANALYZE");
  }

  private static void linkToItself(TestDatabase database, String foreign, String table) {
    var spec = database.spec();
    database.execute(
        "CREATE EXTENSION IF NOT EXISTS postgres_fdw",
        "CREATE SERVER %s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%s', port '%d', dbname '%s', async_capable 'true')"
            .formatted(foreign, spec.host(), spec.port(), spec.database()),
        "CREATE USER MAPPING FOR CURRENT_USER SERVER %s OPTIONS (user '%s', password '%s')"
            .formatted(foreign, spec.user(), spec.password()),
        "CREATE FOREIGN TABLE %s (price float8) SERVER %s OPTIONS (table_name '%s')"
            .formatted(foreign, foreign, table));
  }
}
