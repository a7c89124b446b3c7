// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.repair.DropIndexConcurrently;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

class UnusedIndexTest {
  /** A tenth of a second. */
  private static final String WINDOW = "100ms";

  private final Look look =
      Look.with(new UnusedIndex()).setting("minSize", "0").setting("minUnused", WINDOW);

  @EachPostgres
  void anIndexThatNobodyReadsIsFoundOnceTheWindowIsOver(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_note ON orders (note)");
    assertThat(look.at(database)).isEmpty();
    pass(database);

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.target())
              .isEqualTo(Target.index(database.name(), "public", "orders", "orders_note"));
          assertThat(finding.evidence())
              .containsEntry("certain", "true")
              .containsEntry("standbysAsked", "0")
              .containsEntry(
                  DropIndexConcurrently.DEFINITION,
                  "CREATE INDEX orders_note ON public.orders USING btree (note)");
          assertThat(finding.evidenceLong("sizeBytes"))
              .isEqualTo(database.number("SELECT pg_relation_size('orders_note')"));
          assertThat(Repairs.planFor(finding).orElseThrow().type())
              .isEqualTo(DropIndexConcurrently.TYPE);
        });
    assertThat(look.setting("minUnused", "35d").at(database)).isEmpty();
    assertThat(look.setting("minSize", "10Mi").at(database)).isEmpty();
  }

  @EachPostgres
  void aScanBeginsTheWindowAnew(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_note ON orders (note)", "ANALYZE orders");
    look.at(database);
    pass(database);
    assertThat(look.at(database)).hasSize(1);

    database.execute("SELECT * FROM orders WHERE note = 'n7'");
    assertThat(look.setting("minUnused", "8640ms").at(database)).isEmpty();
    pass(database);
    look.at(database);
    pass(database);
    assertThat(look.at(database)).hasSize(1);
  }

  @EachPostgres
  void aResetOfTheStatisticsBeginsTheWindowAnew(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_note ON orders (note)");
    look.at(database);
    pass(database);
    assertThat(look.at(database)).hasSize(1);

    database.execute("SELECT pg_stat_reset()");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void anIndexThatDoesMoreThanBeReadIsLeftAlone(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE child (id int PRIMARY KEY, u int UNIQUE, n int NOT NULL,"
            + " parent_id int REFERENCES parent, c int, r int4range,"
            + " EXCLUDE USING gist (r WITH &&))",
        "CREATE UNIQUE INDEX child_n ON child (n)",
        "ALTER TABLE child REPLICA IDENTITY USING INDEX child_n",
        "CREATE UNIQUE INDEX child_unique ON child (c)",
        "CREATE INDEX child_clustered ON child (c)",
        "ALTER TABLE child CLUSTER ON child_clustered",
        "CREATE INDEX child_parent ON child (parent_id)",
        "CREATE TABLE parts (id int) PARTITION BY RANGE (id)",
        "CREATE INDEX ON parts (id)",
        "CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (9)");
    assertThat(foundAfterAWhile(database)).isEmpty();

    database.execute("CREATE INDEX child_parent_too ON child (parent_id, c)");
    assertThat(foundAfterAWhile(database))
        .containsExactlyInAnyOrder("child_parent", "child_parent_too");
  }

  @EachPostgres
  void anIndexOnAnExpressionIsOnlyANote(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_lower ON orders (lower(note))");
    look.at(database);
    pass(database);

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.INFO);
          assertThat(finding.summary()).contains("statistics on the expression");
          assertThat(Repairs.planFor(finding)).isEmpty();
        });
  }

  @EachPostgres
  void whateverItsNameAnIndexIsFound(TestDatabase database) throws SQLException {
    for (var table : Names.NASTY) {
      Faults.table(database, table);
      database.execute(
          "CREATE INDEX %s ON %s (id)"
              .formatted(Identifiers.quote(Names.ofIndex(table)), Identifiers.quote(table)));
    }

    assertThat(foundAfterAWhile(database))
        .containsExactlyInAnyOrderElementsOf(Names.NASTY.stream().map(Names::ofIndex).toList());
  }

  @EachPostgres
  void aServerThatIsNoStandbyIsNotAskedAsOne(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_note ON orders (note)");
    var spec = database.spec();
    var nobody =
        new Server(
            new ConnectionSpec(
                spec.host(), 1, spec.database(), spec.user(), spec.password(), spec.options()));
    var withOthers = look.standbys(List.of(database.server(), nobody));
    withOthers.at(database);
    pass(database);

    // Nobody follows this server, so nobody was left out.
    assertThat(withOthers.at(database))
        .singleElement()
        .satisfies(finding ->
            assertThat(finding.evidence())
                .containsEntry("standbysAsked", "0")
                .containsEntry("standbysNotAsked", "0"));
  }

  private List<String> foundAfterAWhile(TestDatabase database) throws SQLException {
    look.at(database);
    pass(database);
    return look.indexesAt(database);
  }

  private static void pass(TestDatabase database) {
    database.execute("SELECT pg_sleep(0.12)");
  }
}
