// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.detect.statistics.StaleStatistics;
import dev.pgmend.healing.engine.RootCauses;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Analyze;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.Vacuum;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

class PlanRegressionTest {
  private static final int INTERVALS = 3;
  private static final int CALLS = 10;
  private static final String TABLE = "\"Be\"\"suche ü\"";

  private static final String STATEMENT =
      "SELECT count(note) FROM " + TABLE + " WHERE customer = %s";

  private @Nullable Connection application;

  private Look look =
      Look.with(new PlanRegression()).setting("minIntervals", Integer.toString(INTERVALS));

  @AfterEach
  void disconnect() throws SQLException {
    if (application != null) {
      application.close();
      application = null;
    }
  }

  @EachPostgres
  void statisticsFromTheMidstOfABatchAreFoundAndTakenAgain(TestDatabase database)
      throws SQLException {
    table(database);
    assertThat(use(database, INTERVALS + 1)).isEmpty();

    misledByABatch(database);
    var finding = use(database, INTERVALS + 1).getFirst();

    assertThat(finding.target()).isEqualTo(Target.table(database.name(), "public", "Be\"suche ü"));
    assertThat(finding.evidence().get("planBefore")).contains("customer_idx");
    assertThat(finding.evidence().get("planAfter")).contains("Seq Scan");
    assertThat(finding.summary()).contains("statistics are older than the plan", "count(note)");
    assertThat(look.at(database)).as("while it does not run").hasSize(1);

    var plan = Repairs.planFor(finding).orElseThrow();
    assertThat(plan.type()).isEqualTo(Analyze.TYPE);
    plan.statements().forEach(database::execute);
    assertThat(look.at(database)).isEmpty();
    assertThat(use(database, 2)).isEmpty();
  }

  @EachPostgres
  void reportsMissingExtensionAsInformation(TestDatabase database) throws SQLException {
    database.execute("DROP EXTENSION IF EXISTS pg_stat_statements");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.INFO);
          assertThat(finding.target())
              .isEqualTo(Target.object(database.name(), "extension", "pg_stat_statements"));
          assertThat(finding.summary()).contains("CREATE EXTENSION pg_stat_statements");
        });
  }

  @EachPostgres
  void restoresIndexOnlyScanByVacuum(TestDatabase database) throws SQLException {
    table(database);
    var count = "SELECT count(*) FROM %s WHERE customer = 7".formatted(TABLE);
    database.execute(
        "UPDATE %s SET customer = id %% 50".formatted(TABLE),
        "VACUUM FULL " + TABLE,
        "VACUUM ANALYZE " + TABLE);
    assertThat(use(database, count, INTERVALS + 1)).isEmpty();

    database.execute(
        // What was not flushed yet, vacuum does not take for visible to all.
        "SET synchronous_commit = on",
        "UPDATE %s SET note = repeat('y', 50)".formatted(TABLE),
        "ANALYZE " + TABLE);
    var finding = use(database, count, INTERVALS + 1).getFirst();

    assertThat(finding.evidence().get("planBefore")).contains("Index Only Scan");
    assertThat(finding.evidence().get("planAfter")).doesNotContain("Index Only Scan");
    assertThat(finding.summary()).contains("would visit 100% of the table's pages");
    var plan = Repairs.planFor(finding).orElseThrow();
    assertThat(plan.type()).isEqualTo(Vacuum.TYPE);
    plan.statements().forEach(database::execute);
    assertThat(use(database, count, 1)).isEmpty();
  }

  @EachPostgres
  void plansAreKnownAfterARestartAndValuesAreNot(TestDatabase database) throws Exception {
    table(database);
    use(database, INTERVALS + 1);
    look = look.restarted();

    misledByABatch(database);
    assertThat(use(database, INTERVALS + 2)).hasSize(1);
  }

  @EachPostgres
  void anIndexThatIsGoneIsNamedAndAnalyzeNotTried(TestDatabase database) throws SQLException {
    table(database);
    use(database, INTERVALS + 1);

    database.execute("DROP INDEX customer_idx");
    var finding = use(database, INTERVALS + 1).getFirst();

    assertThat(finding.summary()).contains("it used customer_idx, which is gone");
    assertThat(Repairs.planFor(finding)).isEmpty();
  }

  @EachPostgres
  void aSettingThatChangedIsNamed(TestDatabase database) throws SQLException {
    table(database);
    use(database, INTERVALS + 1);

    for (var way : List.of("enable_bitmapscan", "enable_indexscan")) {
      database.execute("ALTER DATABASE \"%s\" SET %s = off".formatted(database.name(), way));
    }
    disconnect();
    var finding = use(database, INTERVALS + 1).getFirst();

    assertThat(finding.summary()).contains("enable_indexscan from default to off");
    assertThat(Repairs.planFor(finding)).isEmpty();
  }

  @EachPostgres
  void aSettingThatHasNoPartInItIsNot(TestDatabase database) throws SQLException {
    table(database);
    use(database, INTERVALS + 1);

    database.execute(
        "ALTER DATABASE \"%s\" SET effective_cache_size = '8MB'".formatted(database.name()));
    disconnect();
    misledByABatch(database);
    var finding = use(database, INTERVALS + 1).getFirst();

    assertThat(finding.summary()).contains("statistics are older than the plan");
    assertThat(Repairs.planFor(finding)).isPresent();
  }

  @EachPostgres
  void statisticsThatAreTakenAgainToNoAvailAreNotTakenOnceMore(TestDatabase database)
      throws SQLException {
    table(database);
    use(database, INTERVALS + 1);

    database.execute("UPDATE %s SET customer = 7".formatted(TABLE), "ANALYZE " + TABLE);
    var finding = use(database, INTERVALS + 1).getFirst();
    assertThat(Repairs.planFor(finding)).isPresent();

    database.execute("ANALYZE " + TABLE);
    assertThat(use(database, 1))
        .singleElement()
        .satisfies(again -> {
          assertThat(again.summary()).contains("its statistics are fresh");
          assertThat(Repairs.planFor(again)).isEmpty();
        });
  }

  @EachPostgres
  void aStatementThatBecomesSlowerByTheSamePlanIsAnotherMatter(TestDatabase database)
      throws SQLException {
    table(database);
    use(database, INTERVALS + 1);

    database.execute(
        "INSERT INTO %s SELECT i, 7, repeat('x', 50) FROM generate_series(1, 500) i"
            .formatted(TABLE));
    assertThat(use(database, INTERVALS + 1)).isEmpty();
  }

  @EachPostgres
  void staleStatisticsOfTheTableAreItsCause(TestDatabase database) throws SQLException {
    table(database);
    use(database, INTERVALS + 1);
    misledByABatch(database);
    var regression = use(database, INTERVALS + 1).getFirst();

    var stale = Look.with(new StaleStatistics()).at(database).getFirst();

    assertThat(RootCauses.among(List.of(regression, stale)).of(regression)).contains(stale);
  }

  @EachPostgres
  void ofAPreparedStatementTheGenericPlanIsWatched(TestDatabase database) throws SQLException {
    table(database);
    use(database, STATEMENT.formatted("?"), INTERVALS + 1);

    misledByABatch(database);
    var finding = use(database, STATEMENT.formatted("?"), INTERVALS + 1).getFirst();

    assertThat(finding.evidence().get("planAfter")).contains("Seq Scan");
  }

  private static void table(TestDatabase database) {
    database.execute(
        "CREATE TABLE %s (id int, customer int, note text) WITH (autovacuum_enabled = off)"
            .formatted(TABLE),
        "INSERT INTO %s SELECT i, i %% 1000, repeat('x', 50) FROM generate_series(1, 40000) i"
            .formatted(TABLE),
        "CREATE INDEX customer_idx ON %s (customer)".formatted(TABLE),
        "VACUUM ANALYZE " + TABLE);
  }

  /** ANALYZE comes by while all rows are of one customer. */
  private static void misledByABatch(TestDatabase database) {
    database.execute(
        "UPDATE %s SET customer = 7".formatted(TABLE),
        "ANALYZE " + TABLE,
        "UPDATE %s SET customer = id %% 1000".formatted(TABLE));
  }

  private List<Finding> use(TestDatabase database, int intervals) throws SQLException {
    return use(database, STATEMENT.formatted("7"), intervals);
  }

  private List<Finding> use(TestDatabase database, String sql, int intervals) throws SQLException {
    if (application == null) {
      application = database.connect();
    }
    var findings = look.at(database);
    for (int interval = 0; interval < intervals; interval++) {
      for (int call = 0; call < CALLS; call++) {
        try (var statement = application.prepareStatement(sql)) {
          if (sql.endsWith("?")) {
            statement.setInt(1, 7);
          }
          statement.executeQuery();
        }
      }
      findings = look.at(database);
    }
    return findings;
  }
}
