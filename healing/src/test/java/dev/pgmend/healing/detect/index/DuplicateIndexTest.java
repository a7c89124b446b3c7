// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.DropIndexConcurrently;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

class DuplicateIndexTest {
  private final Look look = Look.with(new DuplicateIndex()).setting("minSize", "0");

  @EachPostgres
  void ofTwoEqualIndexesTheOlderStays(TestDatabase database) throws SQLException {
    table(database);
    database.execute("CREATE INDEX older ON t (a, b)", "CREATE INDEX newer ON t (a, b)");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target())
              .isEqualTo(Target.index(database.name(), "public", "t", "newer"));
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.evidence())
              .containsEntry("kind", "exact")
              .containsEntry("keep", "older")
              .containsEntry(
                  DropIndexConcurrently.DEFINITION,
                  "CREATE INDEX newer ON public.t USING btree (a, b)");
        });
  }

  @EachPostgres
  void ofThreeEqualIndexesOneStays(TestDatabase database) throws SQLException {
    table(database);
    database.execute(
        "CREATE INDEX one ON t (a)", "CREATE INDEX two ON t (a)", "CREATE INDEX three ON t (a)");

    assertThat(look.indexesAt(database)).containsExactlyInAnyOrder("two", "three");
  }

  @EachPostgres
  void theOlderStaysWhicheverQueriesUse(TestDatabase database) throws SQLException {
    table(database);
    database.execute("CREATE INDEX idle ON t (a)");
    database.execute("CREATE INDEX busy ON t (a)");
    // The planner takes the first of equals: while the counter rises the other has to be away.
    database.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idle'::regclass",
        "SET enable_seqscan = off",
        "SELECT * FROM t WHERE a = 1",
        "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'idle'::regclass");

    assertThat(look.indexesAt(database)).containsExactly("busy");
  }

  @EachPostgres
  void equalExpressionsPredicatesAndIncludedColumnsAreFound(TestDatabase database)
      throws SQLException {
    table(database);
    var twins =
        List.of(
            "(lower(c))",
            "(a) WHERE b > 10",
            "(a) INCLUDE (b, c)",
            "USING hash (a)",
            "(c COLLATE \"C\" text_pattern_ops DESC NULLS LAST)",
            "(a) WITH (fillfactor = 70)");
    for (int i = 0; i < twins.size(); i++) {
      database.execute(
          "CREATE INDEX keep_%d ON t %s".formatted(i, twins.get(i)),
          "CREATE INDEX drop_%d ON t %s".formatted(i, twins.get(i)));
    }

    assertThat(exact(database))
        .containsExactly("drop_0", "drop_1", "drop_2", "drop_3", "drop_4", "drop_5");
  }

  @EachPostgres
  void theOrderOfIncludedColumnsMakesNoDifference(TestDatabase database) throws SQLException {
    table(database);
    database.execute(
        "CREATE INDEX one ON t (a) INCLUDE (b, c)", "CREATE INDEX two ON t (a) INCLUDE (c, b)");

    assertThat(exact(database)).containsExactly("two");
  }

  @EachPostgres
  void indexesThatDifferInAnythingAreNotTheSame(TestDatabase database) throws SQLException {
    table(database);
    var different =
        List.of(
            "(c)",
            "(c DESC)",
            "(c NULLS FIRST)",
            "(c COLLATE \"C\")",
            "(c text_pattern_ops)",
            "(c) WHERE a > 0",
            "(c) WHERE a > 1",
            "(c) WITH (fillfactor = 50)",
            "(c) INCLUDE (a)",
            "(lower(c))",
            "(upper(c))",
            "USING hash (c)",
            "USING brin (c)",
            "(a, b)",
            "(b, a)");
    for (int i = 0; i < different.size(); i++) {
      database.execute("CREATE INDEX i_%d ON t %s".formatted(i, different.get(i)));
    }

    assertThat(exact(database)).isEmpty();
  }

  @EachPostgres
  void whatAConstraintOrTheServerRestsOnIsNeverTheNeedlessOne(TestDatabase database)
      throws SQLException {
    database.execute(
        "CREATE TABLE by_key (a int, CONSTRAINT by_key_needed PRIMARY KEY (a))",
        "CREATE TABLE by_constraint (a int, CONSTRAINT by_constraint_needed UNIQUE (a))",
        "CREATE TABLE by_unique (a int)",
        "CREATE UNIQUE INDEX by_unique_needed ON by_unique (a)",
        "CREATE TABLE by_exclusion"
            + " (a int, CONSTRAINT by_exclusion_needed EXCLUDE USING btree (a WITH =))",
        "CREATE TABLE by_identity (a int NOT NULL)",
        "CREATE UNIQUE INDEX by_identity_needed ON by_identity (a)",
        "ALTER TABLE by_identity REPLICA IDENTITY USING INDEX by_identity_needed",
        "CREATE TABLE by_cluster (a int)",
        "CREATE INDEX by_cluster_spare ON by_cluster (a)",
        "CREATE INDEX by_cluster_needed ON by_cluster (a)",
        "CLUSTER by_cluster USING by_cluster_needed");
    for (var table :
        List.of("by_key", "by_constraint", "by_unique", "by_exclusion", "by_identity")) {
      database.execute("CREATE INDEX %1$s_spare ON %1$s (a)".formatted(table));
    }

    assertThat(exact(database))
        .containsExactlyInAnyOrder(
            "by_key_spare",
            "by_constraint_spare",
            "by_unique_spare",
            "by_exclusion_spare",
            "by_identity_spare",
            "by_cluster_spare");
  }

  @EachPostgres
  void twoUniqueIndexesAreBothLeftAlone(TestDatabase database) throws SQLException {
    table(database);
    database.execute("CREATE UNIQUE INDEX one ON t (a)", "CREATE UNIQUE INDEX two ON t (a)");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void anInvalidIndexMakesNoOtherNeedless(TestDatabase database) throws SQLException {
    table(database);
    database.execute(
        "CREATE INDEX broken ON t (a)",
        "CREATE INDEX good ON t (a)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void thePartOfAPartitionedIndexStays(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE events (at int) PARTITION BY RANGE (at)",
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10)",
        "CREATE INDEX events_1_own ON events_1 (at DESC)",
        "CREATE INDEX events_1_spare ON events_1 (at)",
        "CREATE INDEX events_1_part ON events_1 (at)",
        "CREATE INDEX events_at ON ONLY events (at)",
        "ALTER INDEX events_at ATTACH PARTITION events_1_part");

    assertThat(look.indexesAt(database)).containsExactly("events_1_spare");
  }

  @EachPostgres
  void anIndexThatLeadsALongerOneIsOnlyANote(TestDatabase database) throws SQLException {
    table(database);
    database.execute(
        "CREATE INDEX shorter ON t (a)",
        "CREATE INDEX longer ON t (a, b)",
        "CREATE INDEX other_order ON t (b DESC, a)",
        "CREATE UNIQUE INDEX needed ON t (b)");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target().index()).isEqualTo("shorter");
          assertThat(finding.severity()).isEqualTo(Severity.INFO);
          assertThat(finding.evidence())
              .containsEntry("kind", "prefix")
              .containsEntry("keep", "longer");
        });
  }

  @EachPostgres
  void smallTemporaryAndExtensionsIndexesAreLeftAlone(TestDatabase database) throws SQLException {
    table(database);
    database.execute(
        "CREATE INDEX small ON t (a)",
        "CREATE INDEX small_too ON t (a)",
        "CREATE TEMP TABLE passing (a int)",
        "CREATE INDEX ON passing (a)",
        "CREATE INDEX ON passing (a)",
        "CREATE TABLE extended (a int)",
        "CREATE INDEX ON extended (a)",
        "CREATE INDEX ON extended (a)",
        "ALTER EXTENSION pgstattuple ADD TABLE extended");

    assertThat(look.setting("minSize", "1Mi").at(database)).isEmpty();
    assertThat(look.indexesAt(database)).containsExactly("small_too");
  }

  @EachPostgres
  void namesComeAsTheyStandInTheCatalog(TestDatabase database) throws SQLException {
    table(database);
    database.execute("CREATE INDEX older ON t (a)");
    for (var name : Names.NASTY) {
      database.execute("CREATE INDEX \"%s\" ON t (a)".formatted(name.replace("\"", "\"\"")));
    }

    assertThat(look.indexesAt(database)).containsExactlyInAnyOrderElementsOf(Names.NASTY);
  }

  private List<String> exact(TestDatabase database) throws SQLException {
    return look.at(database).stream()
        .filter(finding -> "exact".equals(finding.evidence().get("kind")))
        .map(finding -> finding.target().index())
        .toList();
  }

  private static void table(TestDatabase database) {
    database.execute("CREATE TABLE t (a int, b int, c text)", "INSERT INTO t VALUES (1, 1, 'x')");
  }

  @EachPostgres
  void whatIsDroppedCanBeBroughtBackAsItWas(TestDatabase database) throws SQLException {
    database.execute(
        "SET allow_in_place_tablespaces = on", "CREATE TABLESPACE \"Else where\" LOCATION ''");
    try {
      database.execute(
          "CREATE TABLE t (a text, b text)",
          "CREATE INDEX older ON t (a, lower(b)) WHERE b <> ' WHERE '",
          "CREATE INDEX newer ON t (a, lower(b)) TABLESPACE \"Else where\" WHERE b <> ' WHERE '",
          "COMMENT ON INDEX newer IS 'that''s\nmine'",
          "ALTER INDEX newer ALTER COLUMN 2 SET STATISTICS 500");
      var plan =
          Repairs.planFor(look.setting("minSize", "0").at(database).getFirst()).orElseThrow();
      var before = newer(database);
      assertThat(before).contains("Else where", "mine", "500");

      plan.statements().forEach(database::execute);
      assertThat(newer(database)).isEqualTo("[]");
      plan.undoStatements().forEach(database::execute);

      assertThat(newer(database)).isEqualTo(before);
    } finally {
      database.execute("DROP TABLE IF EXISTS t", "DROP TABLESPACE \"Else where\"");
    }
  }

  private static String newer(TestDatabase database) {
    return database
        .texts(
            """
            SELECT jsonb_build_object(
                     'definition', pg_get_indexdef(c.oid),
                     'comment', obj_description(c.oid, 'pg_class'),
                     'tablespace', (SELECT spcname FROM pg_tablespace s
                                     WHERE s.oid = c.reltablespace),
                     'targets', (SELECT jsonb_agg(attstattarget ORDER BY attnum)
                                   FROM pg_attribute WHERE attrelid = c.oid))
              FROM pg_class c WHERE relname = 'newer'
            """)
        .toString();
  }
}
