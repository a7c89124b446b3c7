// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.detect.index.InvalidIndex;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Deadline;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.testing.Ailment;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepairsTest {
  @Test
  void aDropOfWhatMayBeMissedHasToBeAllowedByName() {
    assertThat(new DropIndexConcurrently().caution()).isEqualTo(Caution.ONLY_WHEN_NAMED);
    assertThat(new RefreshCollation().caution()).isEqualTo(Caution.ONLY_WHEN_NAMED);
  }

  @Test
  void eachIsKnownByTheNameOfItsClass() {
    assertThat(Repairs.byType())
        .isNotEmpty()
        .allSatisfy((type, repair) -> {
          assertThat(type).isEqualTo(repair.type());
          assertThat(repair.getClass().getSimpleName()).isEqualTo(type);
        });
  }

  @Test
  void plansOnlyTheRepairThatFindingNames() {
    var finding = new Finding("X", Severity.WARNING, Target.table("d", "s", "t"), "", Map.of());

    assertThat(Repairs.planFor(finding)).isEmpty();
    assertThat(Repairs.planFor(finding.fixedBy("NoSuchRepair"))).isEmpty();
    assertThat(Repairs.planFor(finding.fixedBy(Analyze.TYPE)).orElseThrow().type())
        .isEqualTo(Analyze.TYPE);
  }

  @Test
  void aBloatedIndexIsRebuiltBesideTheOldOne() {
    var plan =
        plan(
            "IndexBloat",
            Target.index("db", "s", "t", "i"),
            Map.of("rebuiltBytes", "1000", "savingPercent", "95.0", "method", "pgstatindex"));

    assertThat(plan.type()).isEqualTo("ReindexConcurrently");
    assertThat(plan.statements()).containsExactly("REINDEX INDEX CONCURRENTLY \"s\".\"i\"");
    assertThat(plan.undoStatements()).isEmpty();
    assertThat(plan.risk()).isEqualTo(Risk.MEDIUM);
    assertThat(plan.diskBytes()).isEqualTo(2000);
    assertThat(plan.buildsIndex()).isTrue();
    assertThat(plan.expected())
        .hasValue(new Expected(95, 85, 100, "size of the index, by pgstatindex"));
  }

  @Test
  void anInvalidIndexIsRebuiltAndALeftoverDropped() {
    var target = Target.index("db", "s", "t", "i_ccnew");

    assertThat(plan("InvalidIndex", target, Map.of("leftover", "false")).statements())
        .containsExactly("REINDEX INDEX CONCURRENTLY \"s\".\"i_ccnew\"");
    assertThat(plan("InvalidIndex", target, Map.of("leftover", "true")).statements())
        .containsExactly("DROP INDEX CONCURRENTLY IF EXISTS \"s\".\"i_ccnew\"");
  }

  @Test
  void aStaleTableIsAnalysed() {
    var plan = plan("StaleStatistics", Target.table("db", "s", "t"), Map.of());

    assertThat(plan.statements()).containsExactly("ANALYZE \"s\".\"t\"");
    assertThat(plan.risk()).isEqualTo(Risk.LOW);
  }

  @Test
  void aForeignKeyIsGivenAnIndexOfAStableName() {
    var target = Target.columns("db", "s", "t", List.of("b", "a"));
    var plan = plan("MissingForeignKeyIndex", target, Map.of("tableRows", "10"));
    var name = CreateIndexConcurrently.nameFor(target);

    assertThat(name).matches("pgmend_t_[0-9a-f]{8}_idx");
    assertThat(plan.statements())
        .containsExactly(
            "CREATE INDEX CONCURRENTLY \"%s\" ON \"s\".\"t\" (\"b\", \"a\")".formatted(name));
    assertThat(plan.undoStatements())
        .containsExactly("DROP INDEX CONCURRENTLY IF EXISTS \"s\".\"%s\"".formatted(name));
    assertThat(plan.diskBytes()).isEqualTo(800);
  }

  @Test
  void namesOfIndexesDifferWhereTheColumnsDoAndFitIntoPostgres() {
    assertThat(
            List.of(
                CreateIndexConcurrently.nameFor(Target.columns("d", "s", "t", List.of("a", "b"))),
                CreateIndexConcurrently.nameFor(Target.columns("d", "s", "t", List.of("b", "a"))),
                CreateIndexConcurrently.nameFor(Target.columns("d", "s", "t", List.of("ab"))),
                CreateIndexConcurrently.nameFor(Target.columns("d", "x", "t", List.of("a", "b")))))
        .doesNotHaveDuplicates();
    for (var table : List.of(Names.LONGEST, "表".repeat(21), "🐘".repeat(15))) {
      var name = CreateIndexConcurrently.nameFor(Target.columns("d", "s", table, List.of("a")));
      assertThat(name.getBytes(StandardCharsets.UTF_8).length)
          .isLessThanOrEqualTo(Identifiers.MAX_BYTES);
      assertThat(name).doesNotContain("\ufffd").matches("(?U).*_[0-9a-f]{8}_idx");
    }
  }

  @Test
  void aDuplicateIsDroppedAndCanBeBuiltAgain() {
    var plan =
        plan(
            "DuplicateIndex",
            Target.index("db", "s", "t", "i"),
            Map.of("kind", "exact", "definition", "CREATE INDEX i ON s.t USING btree (a)"));

    assertThat(plan.statements()).containsExactly("DROP INDEX CONCURRENTLY IF EXISTS \"s\".\"i\"");
    assertThat(plan.undoStatements())
        .containsExactly("CREATE INDEX CONCURRENTLY i ON s.t USING btree (a)");
    assertThat(plan.risk()).isEqualTo(Risk.HIGH);
  }

  @EachPostgres
  void theSameFindingAlwaysGivesTheSameStatements(TestDatabase database) throws SQLException {
    for (var ailment : List.of(Ailment.FOREIGN_KEY_WITHOUT_INDEX, Ailment.BLOATED_INDEX)) {
      var finding = ailment.bringAbout(database);
      var first = Repairs.planFor(finding).orElseThrow();
      database.execute("DROP TABLE orders CASCADE");

      var second = Repairs.planFor(finding).orElseThrow();
      assertThat(second).isEqualTo(first);
      assertThat(second.statements()).isEqualTo(first.statements());
    }
  }

  @EachPostgres
  void whateverItsNameWhatIsBrokenIsMended(TestDatabase database) throws SQLException {
    for (var table : Names.NASTY) {
      var index = Names.ofIndex(table);
      Faults.bloatedIndex(database, table, index);
      var plan =
          plan(
              "IndexBloat",
              Target.index(database.name(), "public", table, index),
              Map.of("rebuiltBytes", "1"));
      var before = size(database, index);

      runAndCheck(database, plan);

      assertThat(size(database, index)).as(table).isLessThan(before / 5);
      runAndCheck(
          database,
          plan("StaleStatistics", Target.table(database.name(), "public", table), Map.of()));
      database.execute("DROP TABLE " + Identifiers.quote(table));
    }
  }

  @EachPostgres
  void whateverItsNameAForeignKeyGetsItsIndexAndLosesItAgain(TestDatabase database)
      throws SQLException {
    for (var name : Names.NASTY) {
      var quoted = Identifiers.quote(name);
      database.execute(
          "CREATE TABLE parent (id int PRIMARY KEY)",
          "CREATE TABLE %1$s (%1$s int REFERENCES parent)".formatted(quoted));
      var plan =
          plan(
              "MissingForeignKeyIndex",
              Target.columns(database.name(), "public", name, List.of(name)),
              Map.of("tableRows", "0"));

      runAndCheck(database, plan);
      assertThat(
              database.number(
                  "SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass"
                      .formatted(literal(quoted))))
          .isEqualTo(1);
      undo(database, plan);
      assertThat(
              database.number(
                  "SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass"
                      .formatted(literal(quoted))))
          .isZero();
      database.execute("DROP TABLE %s, parent".formatted(quoted));
    }
  }

  @EachPostgres
  void theUndoOfADropBringsTheSameIndexBack(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE SCHEMA \"My Schema\"",
        "CREATE FUNCTION \"My Schema\".twice(int) RETURNS int IMMUTABLE LANGUAGE sql"
            + " AS 'SELECT 2 * $1'",
        "CREATE TABLE \"My Schema\".t (a int, \"b c\" text, n numeric)");
    var definitions =
        List.of(
            "(a)",
            "(\"b c\" COLLATE \"C\" text_pattern_ops DESC NULLS LAST, a)",
            "(a) INCLUDE (\"b c\") WITH (fillfactor='70')",
            "(\"My Schema\".twice(a), lower(\"b c\")) WHERE n > 10 AND \"b c\" <> 'CREATE INDEX '",
            "USING gin (to_tsvector('english', \"b c\"))",
            "USING brin (n) WITH (pages_per_range='16')");
    for (int i = 0; i < definitions.size(); i++) {
      var index = "Index %d \"x\"".formatted(i);
      database.execute(
          "CREATE INDEX %s ON \"My Schema\".t %s"
              .formatted(Identifiers.quote(index), definitions.get(i)));
      var asKept = definition(database, index);
      var plan =
          plan(
              "DuplicateIndex",
              Target.index(database.name(), "My Schema", "t", index),
              Map.of("kind", "exact", "definition", asKept));

      runAndCheck(database, plan);
      assertThat(
              database.number(
                  "SELECT count(*) FROM pg_index i JOIN pg_class c"
                      + " ON c.oid = indrelid WHERE relname = 't'"))
          .isEqualTo(i);
      undo(database, plan);

      assertThat(definition(database, index)).isEqualTo(asKept);
    }
  }

  @EachPostgres
  void theLeftoverOfTheLongestNameIsStillKnownAsSuch(TestDatabase database) throws SQLException {
    for (var index : List.of(Names.LONGEST, "表".repeat(21), "x" + "ü".repeat(31), "short")) {
      Faults.leftoverOfRebuild(database, "orders", index);
      try (var session = database.session(Purpose.INSPECT)) {
        var inspection =
            Inspection.begin(
                session,
                InspectionOptions.DEFAULTS,
                new Memory(),
                Deadline.after(Duration.ofMinutes(1)),
                List.of());
        assertThat(new InvalidIndex().detect(inspection))
            .singleElement()
            .satisfies(finding -> {
              assertThat(finding.evidence()).containsEntry("leftover", "true");
              assertThat(ReindexStep.isLeftoverOf(index, finding.target().index())).isTrue();
            });
      }
      database.execute("DROP TABLE orders");
    }
  }

  @Test
  void aLeftoverOfAnotherIndexIsNotOurs() {
    assertThat(ReindexStep.isLeftoverOf("orders_id", "orders_id_ccnew")).isTrue();
    assertThat(ReindexStep.isLeftoverOf("orders_id", "orders_id_ccnew12")).isTrue();
    assertThat(ReindexStep.isLeftoverOf("orders_id", "orders_id_ccold")).isTrue();
    assertThat(ReindexStep.isLeftoverOf("orders_id", "orders_ccnew")).isFalse();
    assertThat(ReindexStep.isLeftoverOf("orders_id", "orders_id_2_ccnew")).isFalse();
    assertThat(ReindexStep.isLeftoverOf("orders_id", "orders_id")).isFalse();
  }

  private static void runAndCheck(TestDatabase database, RepairPlan plan) throws SQLException {
    carryOut(database, plan.steps());
  }

  private static void undo(TestDatabase database, RepairPlan plan) throws SQLException {
    carryOut(database, plan.undo());
  }

  /** Runs steps as an action does, without its safeguards. */
  private static void carryOut(TestDatabase database, List<Step> steps) throws SQLException {
    try (var session = database.session(Purpose.REPAIR)) {
      for (var step : steps) {
        var mark = step.mark(session);
        assertThat(step.aftermath(session, mark)).isEqualTo(StepOutcome.UNTOUCHED);
        session.execute(step.sql());
        // Postgres 14 counts an ANALYZE a moment later.
        Faults.flushStatistics(database);
        assertThat(step.aftermath(session, mark)).isEqualTo(StepOutcome.DONE);
      }
    }
  }

  /** As a detector reads it: its sessions find nothing but the catalog without a schema. */
  private static String definition(TestDatabase database, String index) throws SQLException {
    try (var session = database.session(Purpose.INSPECT)) {
      return session.queryOne(
          "SELECT pg_get_indexdef(oid) FROM pg_class WHERE relname = ?",
          row -> row.getString(1),
          index);
    }
  }

  private static long size(TestDatabase database, String index) {
    return database.number(
        "SELECT pg_relation_size(%s)".formatted(literal(Identifiers.quote(index))));
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static RepairPlan plan(String detector, Target target, Map<String, String> evidence) {
    return Repairs.planFor(finding(detector, target, evidence)).orElseThrow();
  }

  private static Finding finding(String detector, Target target, Map<String, String> evidence) {
    var finding = new Finding(detector, Severity.WARNING, target, "broken", evidence);
    return switch (detector) {
      case "IndexBloat" -> finding.fixedBy(ReindexConcurrently.TYPE);
      case "InvalidIndex" ->
          finding.fixedBy(
              finding.evidenceIsTrue("leftover")
                  ? DropInvalidIndex.TYPE
                  : ReindexConcurrently.TYPE);
      case "StaleStatistics" -> finding.fixedBy(Analyze.TYPE);
      case "MissingForeignKeyIndex" -> finding.fixedBy(CreateIndexConcurrently.TYPE);
      case "DuplicateIndex" -> finding.fixedBy(DropIndexConcurrently.TYPE);
      default -> finding;
    };
  }
}
