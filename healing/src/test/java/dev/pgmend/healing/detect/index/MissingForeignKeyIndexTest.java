// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

class MissingForeignKeyIndexTest {
  private final Look look = Look.with(new MissingForeignKeyIndex()).setting("minTableSize", "0");

  @EachPostgres
  void aForeignKeyWithoutAnIndexIsFound(TestDatabase database) throws SQLException {
    Faults.foreignKeyWithoutIndex(database, "parent", "child");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target())
              .isEqualTo(Target.columns(database.name(), "public", "child", List.of("parent_id")));
          assertThat(finding.evidence())
              .containsEntry("constraint", "child_parent_id_fkey")
              .containsEntry("parent", "public.parent")
              .containsEntry("tableRows", Integer.toString(Faults.ROWS));
        });
  }

  @EachPostgres
  void aTableSmallEnoughToReadAtOnceNeedsNone(TestDatabase database) throws SQLException {
    Faults.foreignKeyWithoutIndex(database, "parent", "child");

    assertThat(Look.with(new MissingForeignKeyIndex()).at(database)).isEmpty();
  }

  @EachPostgres
  void anIndexThatTheColumnsLeadInAnyOrderWillDo(TestDatabase database) throws SQLException {
    for (var index :
        List.of("(a, b)", "(b, a)", "(b, a, c)", "(a, b) INCLUDE (c)", "(b DESC, a DESC)")) {
      pair(database);
      database.execute("CREATE INDEX ON child " + index);

      assertThat(look.at(database)).as(index).isEmpty();
    }
    pair(database);
    database.execute("ALTER TABLE child ADD UNIQUE (b, a)");
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void anIndexThatCannotServeTheCheckDoesNotCount(TestDatabase database) throws SQLException {
    for (var index :
        List.of(
            "(a)",
            "(a, c, b)",
            "(a) INCLUDE (b)",
            "(a, b) WHERE c > 0",
            "(a, (b + 1))",
            "((a + 0), b)",
            "USING brin (a, b)")) {
      pair(database);
      database.execute("CREATE INDEX ON child " + index);

      assertThat(look.at(database)).as(index).hasSize(1);
    }
  }

  @EachPostgres
  void anInvalidIndexDoesNotCount(TestDatabase database) throws SQLException {
    pair(database);
    database.execute(
        "CREATE INDEX broken ON child (a, b)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass");

    assertThat(look.at(database)).hasSize(1);
  }

  @EachPostgres
  void theColumnsComeInTheOrderOfTheKey(TestDatabase database) throws SQLException {
    pair(database);

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> assertThat(finding.target().columns()).containsExactly("b", "a"));
  }

  @EachPostgres
  void twoForeignKeysOnTheSameColumnsAreOneFinding(TestDatabase database) throws SQLException {
    Faults.foreignKeyWithoutIndex(database, "parent", "child");
    database.execute(
        "CREATE TABLE second (id int PRIMARY KEY)",
        "INSERT INTO second SELECT id FROM parent",
        "ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES second");

    assertThat(look.at(database)).extracting(Finding::key).hasSize(1);
  }

  @EachPostgres
  void eachPartitionCountsForItself(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "INSERT INTO parent VALUES (1)",
        "CREATE TABLE child (at int, parent_id int REFERENCES parent) PARTITION BY RANGE (at)",
        "CREATE TABLE child_1 PARTITION OF child FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE child_2 PARTITION OF child FOR VALUES FROM (10) TO (20)",
        "CREATE INDEX ON child_2 (parent_id)",
        "INSERT INTO child VALUES (1, 1), (11, 1)");

    assertThat(look.at(database))
        .extracting(finding -> finding.target().relation())
        .containsExactly("child_1");
  }

  @EachPostgres
  void temporaryAndExtensionsTablesAreLeftAlone(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TEMP TABLE passing_parent (id int PRIMARY KEY)",
        "CREATE TEMP TABLE passing (parent_id int REFERENCES passing_parent)",
        "CREATE TABLE extended (parent_id int REFERENCES parent)",
        "ALTER EXTENSION pgstattuple ADD TABLE extended");

    assertThat(look.at(database)).isEmpty();
  }

  private static void pair(TestDatabase database) {
    database.execute(
        "DROP TABLE IF EXISTS child, parent",
        "CREATE TABLE parent (a int, b int, PRIMARY KEY (b, a))",
        "CREATE TABLE child (a int, b int, c int, FOREIGN KEY (b, a) REFERENCES parent)");
  }
}
