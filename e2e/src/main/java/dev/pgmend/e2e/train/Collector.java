// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.plan.ExplainJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Runs queries under several settings and records the time of each plan.
 *
 * <p>Timing each row slows small operators down. So a plan runs three times: once with timing, for
 * the shares of its operators, and twice without, of which the shorter is its time. The first run
 * also warms the cache.
 */
final class Collector {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ALTERNATIVES = 4;
  private static final String QUERY_CANCELED = "57014";
  private static final Duration STATEMENT_TIMEOUT = Duration.ofMillis(1500);

  private final Connection connection;
  private final TrainingDatabase database;
  private final int server;
  private final RandomGenerator random;
  private final InstantSource clock;

  /**
   * @param server its major version
   */
  Collector(
      Connection connection,
      TrainingDatabase database,
      int server,
      RandomGenerator random,
      InstantSource clock) {
    this.connection = connection;
    this.database = database;
    this.server = server;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Collects plans of as many statements as the time allows, half of the time without some indexes.
   */
  List<ObservedPlan> collect(Duration time) throws SQLException {
    var plans = new ArrayList<ObservedPlan>();
    run("SET max_parallel_workers_per_gather = 2");
    var queries = new RandomQueries(SampledSchema.read(connection, database), random);
    var begin = clock.instant();
    createIndexes();
    collect(queries, begin.plus(time.dividedBy(2)).toEpochMilli(), plans);
    dropSomeIndexes();
    collect(queries, begin.plus(time).toEpochMilli(), plans);
    return plans;
  }

  private void createIndexes() throws SQLException {
    for (int i = 0; i < database.indexes().size(); i++) {
      run("CREATE INDEX train_%d ON %s".formatted(i, database.indexes().get(i)));
    }
    run("VACUUM (ANALYZE)");
  }

  private void dropSomeIndexes() throws SQLException {
    for (int i = 0; i < database.indexes().size(); i++) {
      if (random.nextBoolean()) {
        run("DROP INDEX train_" + i);
      }
    }
  }

  private void collect(RandomQueries queries, long untilMs, List<ObservedPlan> plans)
      throws SQLException {
    while (clock.millis() < untilMs) {
      var sql = queries.next();
      var statement = "%s-%d-%s".formatted(database.name(), server, plans.size());
      var seen = new HashSet<String>();
      for (int i = 0; i < ALTERNATIVES && clock.millis() < untilMs; i++) {
        var settings = i == 0 ? PlannerSettings.defaults() : PlannerSettings.random(random);
        var observed = observe(sql, statement, settings, seen);
        if (observed.isEmpty() && i == 0) {
          break;
        }
        observed.ifPresent(plans::add);
      }
    }
  }

  /** Measures a plan; empty if it was seen before or takes too long. */
  private Optional<ObservedPlan> observe(
      String sql, String statement, List<String> settings, Set<String> seen) throws SQLException {
    run("RESET ALL");
    run("SET statement_timeout = " + STATEMENT_TIMEOUT.toMillis());
    for (var setting : settings) {
      run(setting);
    }
    try {
      var expected = explain("EXPLAIN (VERBOSE, FORMAT JSON) " + sql);
      if (!seen.add(expected.path(0).path("Plan").toString())) {
        return Optional.empty();
      }
      var timed = explain("EXPLAIN (ANALYZE, VERBOSE, SETTINGS, FORMAT JSON) " + sql);
      double once = executionMs(sql);
      double ms = Math.min(once, executionMs(sql));
      return Optional.of(
          new ObservedPlan(
              database.name(),
              statement,
              ExplainJson.parse(withoutOutput(timed).toString()),
              Math.max(ms, 0.001)));
    } catch (SQLException e) {
      if (QUERY_CANCELED.equals(e.getSQLState())) {
        return Optional.empty();
      }
      throw new SQLException("the query fails on %s: %s".formatted(database.name(), sql), e);
    }
  }

  private double executionMs(String sql) throws SQLException {
    return explain("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY, FORMAT JSON) " + sql)
        .path(0)
        .path("Execution Time")
        .asDouble();
  }

  /** Removes the output columns, which are most of the text and not needed. */
  private static JsonNode withoutOutput(JsonNode node) {
    switch (node) {
      case ObjectNode object -> {
        object.remove(List.of("Output", "Workers", "Triggers", "Planning"));
        object.properties().forEach(entry -> withoutOutput(entry.getValue()));
      }
      case ArrayNode array -> array.forEach(Collector::withoutOutput);
      default -> {}
    }
    return node;
  }

  private JsonNode explain(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return JSON.readTree(result.getString(1));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("EXPLAIN returned no JSON", e);
    }
  }

  private void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
