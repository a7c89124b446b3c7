// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServers;
import dev.pgmend.learner.advice.CostTimes;
import dev.pgmend.learner.plan.ExplainJson;
import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The adaptation improves Postgres' cost on a real server")
class RealStatementsTest {
  private static final int HIDDEN = 64;
  private static final List<NodeType> TYPES = List.of(NodeType.values());
  private static final int FEATURES = TYPES.size() + 3;

  private static final List<String> STATEMENTS =
      List.of(
          "SELECT * FROM items WHERE item_id = %d",
          "SELECT sum(price) FROM items WHERE item_id BETWEEN %d AND %d + 900",
          "SELECT count(*) FROM items WHERE price > %d",
          "SELECT kind, avg(price) FROM items WHERE item_id > %d GROUP BY kind",
          "SELECT count(*) FROM orders JOIN items USING (order_id) WHERE order_id < %d",
          "SELECT * FROM orders JOIN items USING (order_id) WHERE order_id = %d",
          "SELECT * FROM items WHERE kind = %d %% 20 ORDER BY price DESC LIMIT 10",
          "SELECT DISTINCT price FROM items WHERE item_id < %d",
          "SELECT o.order_id, (SELECT max(price) FROM items i WHERE i.item_id = o.order_id)"
              + " FROM orders o WHERE order_id < %d / 10",
          "SELECT *, rank() OVER (ORDER BY price) FROM items WHERE item_id < %d");

  private final double[][] projection = new double[HIDDEN][FEATURES];

  /** A plan as the adaptation sees it, with its time. */
  private record Run(List<float[]> hidden, List<Float> logSelfMs, double observedMs) {
    float[][] activations() {
      return hidden.toArray(float[][]::new);
    }

    float[] logs() {
      var logs = new float[logSelfMs.size()];
      for (int i = 0; i < logs.length; i++) {
        logs[i] = logSelfMs.get(i);
      }
      return logs;
    }
  }

  @Test
  @DisplayName("200 real statements lower the error on the next 200")
  void learns() {
    var random = new Random(20);
    for (var row : projection) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    var lora = new MicroLora(LoraSettings.forHidden(HIDDEN), new Random(1));
    var untaught = new MicroLora(LoraSettings.forHidden(HIDDEN), new Random(1));
    try (var database = TestServers.newest().createDatabase()) {
      fill(database);
      for (int i = 0; i < 200; i++) {
        var run = run(database, random);
        lora.observe(run.activations(), run.logs(), run.observedMs());
      }
      var before = new ArrayList<Double>();
      var after = new ArrayList<Double>();
      for (int i = 0; i < 200; i++) {
        var run = run(database, random);
        before.add(error(untaught, run));
        after.add(error(lora, run));
      }
      assertThat(median(after)).isLessThan(0.9 * median(before));
      assertThat(lora.isBetter()).isTrue();
    }
  }

  private static void fill(TestDatabase database) {
    database.execute(
        "CREATE TABLE orders AS SELECT o AS order_id, '' AS note FROM generate_series(1, 30000) o",
        "ALTER TABLE orders ADD PRIMARY KEY (order_id)",
        "CREATE TABLE items AS SELECT i AS item_id, 1 + i % 30000 AS order_id, i % 20 AS kind,"
            + " (i * 7919 % 10007)::float8 AS price FROM generate_series(1, 60000) i",
        "ALTER TABLE items ADD PRIMARY KEY (item_id)",
        "SET max_parallel_workers_per_gather = 0",
        "VACUUM ANALYZE");
  }

  private static double error(MicroLora lora, Run run) {
    return Math.abs(lora.logMs(run.activations(), run.logs()) - Math.log(run.observedMs()));
  }

  private Run run(TestDatabase database, Random random) {
    int value = 1 + random.nextInt(10_000);
    var sql =
        STATEMENTS
            .get(random.nextInt(STATEMENTS.size()))
            .replace("%d", "" + value)
            .replace("%%", "%");
    var plan = ExplainJson.parse(database.text("EXPLAIN (ANALYZE, FORMAT JSON, VERBOSE) " + sql));
    var hidden = new ArrayList<float[]>();
    var logs = new ArrayList<Float>();
    var costs = new CostTimes().of(plan).selfMs();
    for (int v = 0; v < plan.size(); v++) {
      hidden.add(activation(plan, v));
      logs.add((float) Math.log(Math.max(1e-4, costs[v])));
    }
    return new Run(hidden, logs, plan.root().actual().orElseThrow().totalMs());
  }

  /** A hidden layer with random weights: kind of operator, rows, width and cost. */
  private float[] activation(PlanDag plan, int v) {
    var operator = plan.operators().get(v);
    var features = new double[FEATURES];
    features[TYPES.indexOf(operator.type())] = 1;
    features[FEATURES - 3] = Math.log1p(operator.planRows()) / 5;
    features[FEATURES - 2] = Math.log1p(operator.planWidth()) / 5;
    features[FEATURES - 1] = Math.log1p(operator.totalCost()) / 5;
    var activation = new float[HIDDEN];
    for (int j = 0; j < HIDDEN; j++) {
      double sum = 0;
      for (int i = 0; i < FEATURES; i++) {
        sum += projection[j][i] * features[i];
      }
      activation[j] = (float) Math.max(0, sum);
    }
    return activation;
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    return (sorted.get(sorted.size() / 2 - 1) + sorted.get(sorted.size() / 2)) / 2;
  }
}
