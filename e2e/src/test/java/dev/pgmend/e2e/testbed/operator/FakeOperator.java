// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A fake operator that prints what {@code pgmend run --json} prints and repairs the demo's faults
 * without inspecting. It has the operator's command line.
 */
public final class FakeOperator {
  private static final List<Repair> REPAIRS =
      List.of(
          new Repair(
              "IndexBloat",
              "ReindexConcurrently",
              "public.shipments(shipments_depot_tracking_idx)",
              "REINDEX INDEX CONCURRENTLY public.shipments_depot_tracking_idx"),
          new Repair(
              "InvalidIndex",
              "ReindexConcurrently",
              "public.customer(customer_phone_idx)",
              "REINDEX INDEX CONCURRENTLY public.customer_phone_idx"),
          new Repair(
              "MissingForeignKeyIndex",
              "CreateIndexConcurrently",
              "public.lineitem(l_orderkey)",
              "CREATE INDEX CONCURRENTLY pgmend_lineitem_idx ON public.lineitem (l_orderkey)"),
          new Repair("StaleStatistics", "Analyze", "public.outbox", "ANALYZE public.outbox"),
          new Repair(
              "MissingIndex",
              "CreateIndexConcurrently",
              "public.tickets(agent, opened_at)",
              "CREATE INDEX CONCURRENTLY pgmend_tickets_idx ON public.tickets (agent, opened_at)"));

  /** A diagnosis, as {@code run --json} prints it. */
  public static final String DIAGNOSIS =
      """
      {"event":"diagnosis","cluster":"shop","database":"shop","diagnosis":{"queryId":"17",\
      "statement":"SELECT id FROM tickets WHERE agent = $1 ORDER BY opened_at DESC LIMIT $2",\
      "calls":16,"meanMs":23.8,"sharePercent":31.4,"plan":[\
      {"depth":0,"operator":1,"text":"Limit","repeated":false,"rows":10,"selfMs":0.3,\
      "criticality":0.01,"marked":false},\
      {"depth":1,"operator":0,"text":"Seq Scan on tickets (agent = $1)","repeated":false,\
      "rows":3000,"selfMs":23.5,"criticality":0.99,"marked":true}],\
      "bottleneck":["Seq Scan on tickets"],"cutValue":0.043,"flowValue":0.043,"latencyMs":23.8,\
      "savableMs":23.5,"timesBy":"model","advice":{"schema":"public","relation":"tickets",\
      "columns":["agent","opened_at"],"gain":{"percent":97.2,"low":91,"high":99,\
      "source":"model"},"bytes":4000000,"tableWrites":70,"statements":[],"undo":[]},\
      "abstentions":[]}}\
      """;

  private FakeOperator() {}

  private record Repair(String detector, String type, String target, String sql) {
    void print(String phase, String more) {
      System.out.printf(
          """
          {"event":"action","cluster":"shop","name":"shop-%s","type":"%s","target":"%s",\
          "detector":"%s","phase":"%s","statements":["%s"]%s}
          """,
          detector.toLowerCase(Locale.ROOT), type, target, detector, phase, sql, more);
      System.out.flush();
    }
  }

  public static void main(String... args) throws Exception {
    var manifests = Path.of(args[List.of(args).indexOf("--manifests") + 1]);
    System.out.println("{\"event\":\"started\",\"metrics\":\"http://127.0.0.1:1/metrics\"}");
    for (var repair : REPAIRS) {
      System.out.printf(
          """
          {"event":"finding","cluster":"shop","state":"found","detector":"%s",\
          "severity":"warning","database":"shop","target":"%s","summary":"%2$s is not well"}
          """,
          repair.detector, repair.target);
      repair.print("Scheduled", ",\"reason\":\"MeasuringBefore\"");
    }
    System.out.println(DIAGNOSIS);
    try (var connection = connect(manifests)) {
      for (var repair : REPAIRS) {
        repair.print("Running", ",\"progressPercent\":0");
        execute(connection, repair.sql);
        repair.print("Verifying", ",\"progressPercent\":100");
      }
    }
    for (var repair : REPAIRS) {
      repair.print(
          "Succeeded",
          ",\"improvementPercent\":43.2,\"lowPercent\":38.1,\"highPercent\":49.0,\"decision\":\"Improved\","
              + "\"bytesBefore\":20000000,\"bytesAfter\":1000000");
    }
    System.out.println("{\"event\":\"summary\",\"clusters\":1,\"healthScore\":100}");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(Path manifests) throws IOException, SQLException {
    var secret = Files.readString(manifests.resolve("secret.yaml"));
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%s/%s"
            .formatted(value(secret, "host"), value(secret, "port"), value(secret, "dbname")),
        value(secret, "username"),
        value(secret, "password"));
  }

  private static String value(String secret, String key) {
    var match = Pattern.compile(key + ": \"(.*)\"").matcher(secret);
    if (!match.find()) {
      throw new IllegalArgumentException("The Secret has no " + key);
    }
    return match.group(1);
  }
}
