// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.repair.RefreshCollation;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

class CollationDriftTest {
  private final Look look = Look.with(new CollationDrift());

  @EachPostgres
  void collationsOfTheVersionTheyWereMadeWithAreNotFound(TestDatabase database)
      throws SQLException {
    database.execute(
        "CREATE COLLATION english (provider = icu, locale = 'en')",
        "CREATE TABLE people (name text COLLATE english, town text COLLATE \"de-x-icu\")",
        "CREATE INDEX ON people (name, town)");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void whateverItsNameWhatItOrdersIsRebuiltAndThenItsVersionWrittenDown(TestDatabase database)
      throws SQLException {
    for (var name : Names.NASTY) {
      var quoted = Identifiers.quote(name);
      database.execute(
          "CREATE SCHEMA " + quoted,
          "CREATE COLLATION %1$s.%1$s (provider = icu, locale = 'en')".formatted(quoted),
          "CREATE TABLE %1$s.people (%1$s text COLLATE %1$s.%1$s)".formatted(quoted),
          "CREATE INDEX %1$s ON %1$s.people (%1$s)".formatted(quoted));
      drift(database, name);

      var found = look.at(database);
      assertThat(found)
          .as(name)
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.target())
                .isEqualTo(Target.object(database.name(), "collation", quoted + "." + quoted));
            assertThat(finding.evidence())
                .containsEntry("recordedVersion", "0.1")
                .containsEntry(RefreshCollation.INDEXES, quoted + "." + quoted);
          });
      var plan = Repairs.planFor(found.getFirst()).orElseThrow();
      assertThat(plan.type()).isEqualTo(RefreshCollation.TYPE);
      assertThat(plan.statements())
          .containsExactly(
              "REINDEX INDEX CONCURRENTLY %1$s.%1$s".formatted(quoted),
              "ALTER COLLATION %1$s.%1$s REFRESH VERSION".formatted(quoted));
      database.execute(plan.statements().toArray(String[]::new));

      assertThat(look.at(database)).as(name).isEmpty();
      database.execute("DROP SCHEMA %s CASCADE".formatted(quoted));
    }
  }

  @EachPostgres
  void theDatabasesOwnCollationIsLookedAtToo(TestDatabase beside) throws SQLException {
    assumeTrue(
        beside.number("SHOW server_version_num") >= 150_000, "A database has no version yet");
    try (var database = beside.sortedByIcu()) {
      database.execute("CREATE TABLE people (id int PRIMARY KEY, name text)");
      assertThat(look.at(database)).isEmpty();

      database.execute(
          "UPDATE pg_database SET datcollversion = '0.1' WHERE datname = current_database()");
      assertThat(look.at(database))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.INFO);
            assertThat(finding.target()).isEqualTo(Target.database(database.name()));
          });

      database.execute("CREATE INDEX by_name ON people (lower(name), id)");
      var found = look.at(database);
      assertThat(found.getFirst().severity()).isEqualTo(Severity.WARNING);
      var plan = Repairs.planFor(found.getFirst()).orElseThrow();
      assertThat(plan.statements())
          .containsExactly(
              "REINDEX INDEX CONCURRENTLY \"public\".\"by_name\"",
              "ALTER DATABASE \"%s\" REFRESH COLLATION VERSION".formatted(database.name()));
      assertThat(plan.buildsIndex()).isTrue();
      assertThat(plan.diskBytes())
          .isEqualTo(2 * database.number("SELECT pg_relation_size('by_name')"));
      database.execute(plan.statements().toArray(String[]::new));
      assertThat(look.at(database)).isEmpty();
    }
  }

  @EachPostgres
  void onlyWhatItOrdersIsRebuilt(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE COLLATION english (provider = icu, locale = 'en')",
        """
        CREATE COLLATION caseless
          (provider = icu, locale = 'en-u-ks-level2', deterministic = false)
        """,
        "CREATE TABLE people (name text COLLATE english, nick text COLLATE caseless, age int)",
        "CREATE INDEX bytes ON people (name text_pattern_ops)",
        "CREATE INDEX hashes ON people USING hash (name)",
        "CREATE INDEX other ON people (name COLLATE \"C\")",
        "CREATE INDEX included ON people (age) INCLUDE (name)",
        "CREATE INDEX equal ON people (age) WHERE nick = 'm'");
    drift(database, "english");
    drift(database, "caseless");
    assertThat(look.at(database)).isEmpty();

    database.execute(
        "CREATE INDEX last_key ON people (age, name DESC)",
        "CREATE INDEX predicate ON people (age) WHERE nick > 'm'",
        "CREATE INDEX caseless_hashes ON people USING hash (nick)");
    assertThat(look.at(database))
        .extracting(finding -> finding.evidence().get(RefreshCollation.INDEXES))
        .containsExactly(
            "\"public\".\"caseless_hashes\", \"public\".\"predicate\"", "\"public\".\"last_key\"");
  }

  @EachPostgres
  void whatRebuildingWouldNotMendIsLeftToPeople(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE COLLATION english (provider = icu, locale = 'en')",
        "CREATE TABLE people (name text COLLATE english) PARTITION BY RANGE (name)",
        "CREATE TABLE people_a PARTITION OF people FOR VALUES FROM ('a') TO ('n')");
    drift(database, "english");
    assertHindered(look.at(database), "wrong partition of public.people");

    database.execute(
        "DROP TABLE people",
        "CREATE TABLE seats (name text COLLATE english)",
        "ALTER TABLE seats ADD CONSTRAINT once EXCLUDE USING btree (name WITH =)");
    assertHindered(look.at(database), "exclusion constraint");

    database.execute(
        "ALTER TABLE seats DROP CONSTRAINT once",
        "CREATE INDEX first ON seats (name)",
        "CREATE INDEX second ON seats (name DESC)");
    assertHindered(look.setting("maxIndexes", "1").at(database), "too many");
    assertThat(Repairs.planFor(look.at(database).getFirst())).isPresent();
  }

  @EachPostgres
  void aKeyThatIsThereTwiceNowKeepsTheVersionFromBeingWrittenDown(TestDatabase database)
      throws SQLException {
    database.execute(
        "CREATE COLLATION english (provider = icu, locale = 'en')",
        "CREATE TABLE people (name text COLLATE english)",
        "CREATE INDEX by_name ON people (name)",
        "INSERT INTO people VALUES ('Ann'), ('Ann')",
        "UPDATE pg_index SET indisunique = true WHERE indexrelid = 'by_name'::regclass");
    drift(database, "english");
    var plan = Repairs.planFor(look.at(database).getFirst()).orElseThrow();

    assertThatThrownBy(() -> database.execute(plan.statements().toArray(String[]::new)))
        .hasMessageContaining("could not create unique index");
    assertThat(look.at(database)).hasSize(1);
  }

  private static void assertHindered(List<Finding> found, String why) {
    assertThat(found)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.summary()).contains(why);
          assertThat(Repairs.planFor(finding)).isEmpty();
        });
  }

  private static void drift(TestDatabase database, String collation) {
    database.execute(
        "UPDATE pg_collation SET collversion = '0.1' WHERE collname = "
            + Identifiers.literal(collation));
  }
}
