// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.repair.Analyze;
import dev.pgmend.healing.repair.CreateStatistics;
import dev.pgmend.healing.repair.RepairPlan;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.SetStatisticsTarget;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

class CorrelatedColumnsTest {
  private static final String LOOK_UP = "SELECT * FROM places WHERE town = 't1' AND postcode = 1";

  private final Look look = Look.with(new CorrelatedColumns());

  @EachPostgres
  void whatAStatementLooksUpTogetherIsCountedTogether(TestDatabase database) throws SQLException {
    places(database, "places", "town", "postcode");
    assertThat(look.at(database)).isEmpty();
    database.execute(LOOK_UP);

    var found = look.at(database);
    assertThat(found)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.target())
              .isEqualTo(
                  Target.columns(database.name(), "public", "places", List.of("town", "postcode")));
          assertThat(finding.evidence())
              .containsEntry("actualRows", "200")
              .containsEntry("distinctPairs", "100")
              .containsEntry("distinctProduct", "10000")
              .containsEntry("dependencyPercent", "100.0");
          assertThat(finding.evidenceLong("estimatedRows")).isLessThan(10);
          assertThat(finding.evidence().get("statement")).contains("FROM places WHERE town =");
        });
    var plan = Repairs.planFor(found.getFirst()).orElseThrow();
    assertThat(plan.type()).isEqualTo(CreateStatistics.TYPE);
    run(database, plan.statements());
    assertThat(look.at(database)).isEmpty();

    run(database, plan.undoStatements());
    database.execute("ANALYZE places");
    assertThat(look.at(database)).hasSize(1);
  }

  /** Reading the table would evaluate the index expression with the rights of the inspection. */
  @EachPostgres
  void doesNotReadATableThatLeadsToCodeOfAnotherRole(TestDatabase database) throws SQLException {
    var author = database.createRole();
    database.execute("CREATE SCHEMA own AUTHORIZATION " + author);
    places(database, "places", "town", "postcode");
    database.execute(LOOK_UP);
    var trap =
        "CREATE OR REPLACE FUNCTION own.trap(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS ";
    try (var connection = database.connectAs(author);
        var statement = connection.createStatement()) {
      statement.execute(trap + "$$ BEGIN RETURN 0; END $$");
      statement.execute("GRANT USAGE ON SCHEMA own TO PUBLIC");
      database.execute("CREATE INDEX ON places ((postcode + own.trap(1)))");
      statement.execute(trap + "$$ BEGIN RAISE EXCEPTION 'ran as %', current_user; END $$");
    }

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(DetectorFailure.detectorOf(finding)).isEqualTo(CorrelatedColumns.NAME);
          assertThat(finding.summary()).contains("own.trap of role " + author);
        });
  }

  @EachPostgres
  void anIndexAloneIsOnlyAnInfo(TestDatabase database) throws SQLException {
    places(database, "places", "town", "postcode");
    database.execute("CREATE UNIQUE INDEX ON places (postcode, town, id)");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.INFO);
          assertThat(finding.target().columns()).containsExactly("town", "postcode");
          assertThat(finding.evidence()).doesNotContainKey("statement");
        });
  }

  @EachPostgres
  void columnsThatDoNotDependOnEachOtherAreNotFound(TestDatabase database) throws SQLException {
    places(database, "places", "town", "postcode");
    database.execute(
        "CREATE INDEX ON places (town, mayor)",
        "CREATE INDEX ON places (mayor, is_large)",
        "SELECT * FROM places WHERE mayor = 1 AND town = 't1'",
        "SELECT * FROM places WHERE id = 1 AND town = 't1' AND is_large = true");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void whateverTheirNames(TestDatabase database) throws SQLException {
    for (var name : Names.NASTY) {
      var other = Names.ofIndex(name);
      var quoted = Identifiers.quote(name);
      places(database, name, name, other);
      database.execute(
          "SELECT * FROM %1$s WHERE %1$s.%1$s = 't1' AND %1$s.%2$s = 1"
              .formatted(quoted, Identifiers.quote(other)));

      var found = look.at(database);
      assertThat(found)
          .as(name)
          .extracting(Finding::severity, finding -> finding.target().columns())
          .containsExactly(tuple(Severity.WARNING, List.of(name, other)));
      run(database, Repairs.planFor(found.getFirst()).orElseThrow().statements());
      assertThat(look.at(database)).as(name).isEmpty();
      database.execute("DROP TABLE " + quoted);
    }
  }

  @EachPostgres
  void ofALargeTableAPartIsRead(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE places (town int, postcode int, mayor int, pad text)",
        """
        INSERT INTO places
        SELECT i % 100, i % 100, i / 100 % 100, repeat('x', 400) FROM generate_series(1, 60000) i
        """,
        "CREATE INDEX ON places (town, postcode)",
        "CREATE INDEX ON places (mayor, town)");
    analyze(database, "places");
    assertThat(database.number("SELECT relpages FROM pg_class WHERE relname = 'places'"))
        .isGreaterThan(3_000);

    assertThat(look.setting("maxRead", "7Mi").at(database)).isEmpty();
    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target().columns()).containsExactly("town", "postcode");
          assertThat(finding.evidenceLong("sampledRows")).isBetween(5_000L, 40_000L);
          assertThat(finding.evidenceLong("actualRows")).isBetween(400L, 1_000L);
        });
  }

  @EachPostgres
  void thresholdsSayHowWrongAndHowMany(TestDatabase database) throws SQLException {
    places(database, "places", "town", "postcode");
    database.execute(LOOK_UP);

    assertThat(Look.with(new CorrelatedColumns()).setting("minErrorFactor", "300").at(database))
        .isEmpty();
    assertThat(Look.with(new CorrelatedColumns()).setting("minRows", "300").at(database)).isEmpty();
    assertThat(Look.with(new CorrelatedColumns()).setting("minTableRows", "20001").at(database))
        .isEmpty();
    assertThat(look.at(database)).hasSize(1);
  }

  @EachPostgres
  void aPairThatWasRightIsLookedAtAgainAfterTheNextAnalyze(TestDatabase database)
      throws SQLException {
    places(database, "places", "town", "postcode");
    database.execute("SELECT * FROM places WHERE mayor = 1 AND town = 't1'");
    assertThat(look.at(database)).isEmpty();

    database.execute("UPDATE places SET mayor = postcode");
    // What changed since is not held against the planner.
    assertThat(Look.with(new CorrelatedColumns()).at(database)).isEmpty();
    analyze(database, "places");
    assertThat(look.at(database)).hasSize(1);
  }

  @EachPostgres
  void statisticsThatAreEmptyAreFilledAndTooCoarseOnesRefined(TestDatabase database)
      throws SQLException {
    places(database, "places", "town", "postcode");
    database.execute(LOOK_UP, "CREATE STATISTICS \"Both\" (mcv) ON town, postcode FROM places");

    assertThat(planOfOnly(look.at(database)).type()).isEqualTo(Analyze.TYPE);
    database.execute("ALTER STATISTICS \"Both\" SET STATISTICS 5", "ANALYZE places");

    var refined = planOfOnly(look.at(database));
    assertThat(refined.type()).isEqualTo(SetStatisticsTarget.TYPE);
    assertThat(refined.statements().getFirst())
        .isEqualTo("ALTER STATISTICS \"public\".\"Both\" SET STATISTICS 50");
    assertThat(refined.undoStatements().getFirst())
        .isEqualTo("ALTER STATISTICS \"public\".\"Both\" SET STATISTICS 5");
    database.execute("ALTER STATISTICS \"Both\" SET STATISTICS 10");
    run(database, planOfOnly(look.at(database)).statements());
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void withoutTheRightToReadItIsSaidWhichOne(TestDatabase database) throws SQLException {
    places(database, "places", "town", "postcode");
    database.execute(LOOK_UP);
    var role = database.createRole("pg_monitor");

    var found = look.at(database.serverAs(role));
    assertThat(found)
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO));
    database.execute(found.getFirst().evidence().get("grant"));
    assertThat(look.at(database.serverAs(role)))
        .extracting(Finding::severity)
        .containsExactly(Severity.WARNING);
    database.execute("DROP OWNED BY " + Identifiers.quote(role));
  }

  private static RepairPlan planOfOnly(List<Finding> findings) {
    assertThat(findings).hasSize(1);
    return Repairs.planFor(findings.getFirst()).orElseThrow();
  }

  private static void run(TestDatabase database, List<String> statements) {
    database.execute(statements.toArray(String[]::new));
  }

  /** A hundred towns, each with its postcode, and mayors who have nothing to do with them. */
  private static void places(TestDatabase database, String table, String town, String postcode) {
    database.execute(
        "CREATE TABLE %s (id int, %s text, %s int, mayor int, is_large bool)"
            .formatted(
                Identifiers.quote(table), Identifiers.quote(town), Identifiers.quote(postcode)),
        """
        INSERT INTO %s
        SELECT i, 't' || i %% 100, i %% 100, i / 100 %% 100, i %% 2 = 0
          FROM generate_series(1, 20000) i
        """
            .formatted(Identifiers.quote(table)));
    analyze(database, table);
  }

  /** Counters still on their way when ANALYZE runs would count as changes after it. */
  private static void analyze(TestDatabase database, String table) {
    Faults.flushStatistics(database);
    database.execute("ANALYZE " + Identifiers.quote(table));
  }
}
