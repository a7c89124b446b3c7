// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class InvalidIndexTest {
  private final Look look = Look.with(new InvalidIndex());

  @EachPostgres
  void aGoodIndexIsNotFound(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_id ON orders (id)");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void aBuildThatFailedIsFoundAndIsNotALeftover(TestDatabase database) throws SQLException {
    Faults.failedBuild(database, "orders", "orders_id");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target())
              .isEqualTo(Target.index(database.name(), "public", "orders", "orders_id"));
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.evidence())
              .containsEntry("leftover", "false")
              .containsEntry(
                  "definition", "CREATE INDEX orders_id ON public.orders USING btree (id)");
        });
  }

  @EachPostgres
  void whatABrokenRebuildLeavesIsALeftover(TestDatabase database) throws SQLException {
    Faults.leftoverOfRebuild(database, "orders", "orders_id");
    Faults.oldIndexLeftByRebuild(database, "people", "people_id");

    assertThat(look.at(database))
        .allSatisfy(finding -> assertThat(finding.evidence()).containsEntry("leftover", "true"))
        .extracting(finding -> finding.target().index())
        .containsExactly("orders_id_ccnew", "people_id_ccold");
  }

  @EachPostgres
  void anIndexOfAConstraintIsNoLeftoverWhateverItsName(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE orders (id int CONSTRAINT pk_ccnew PRIMARY KEY)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'pk_ccnew'::regclass");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> assertThat(finding.evidence()).containsEntry("leftover", "false"));
  }

  @EachPostgres
  void anIndexThatIsBeingBuiltIsNotInvalid(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    try (var writer = database.begin("INSERT INTO orders VALUES (0)")) {
      var build = database.inBackground("CREATE INDEX CONCURRENTLY orders_id ON orders (id)");
      awaitInvalid(database, "orders_id");

      assertThat(look.at(database)).isEmpty();

      writer.commit();
      build.join();
    }
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void anIndexThatIsBeingDroppedIsNotInvalid(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_id ON orders (id)");
    try (var reader = database.begin("SELECT count(*) FROM orders")) {
      var drop = database.inBackground("DROP INDEX CONCURRENTLY orders_id");
      awaitInvalid(database, "orders_id");

      assertThat(look.at(database)).isEmpty();

      reader.commit();
      drop.join();
    }
  }

  @EachPostgres
  void anIndexOfATemporaryTableOrAnExtensionIsNotFound(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TEMP TABLE passing (id int)",
        "CREATE INDEX passing_id ON passing (id)",
        "CREATE TABLE extended (id int)",
        "CREATE INDEX extended_id ON extended (id)",
        "ALTER EXTENSION pgstattuple ADD TABLE extended",
        "UPDATE pg_index SET indisvalid = false"
            + " WHERE indexrelid IN ('passing_id'::regclass, 'extended_id'::regclass)");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void aPartitionedIndexThatLacksPartsIsNotFound(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE events (at int) PARTITION BY RANGE (at)",
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10)",
        "CREATE INDEX events_at ON ONLY events (at)");

    assertThat(
            database.isTrue(
                "SELECT NOT indisvalid FROM pg_index"
                    + " WHERE indexrelid = 'events_at'::regclass"))
        .isTrue();
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void namesComeAsTheyStandInTheCatalog(TestDatabase database) throws SQLException {
    for (var name : Names.NASTY) {
      Faults.failedBuild(database, name, Names.ofIndex(name));
    }

    assertThat(look.indexesAt(database))
        .containsExactlyInAnyOrderElementsOf(Names.NASTY.stream().map(Names::ofIndex).toList());
  }

  private static void awaitInvalid(TestDatabase database, String index) {
    await()
        .until(() ->
            !database
                .texts(
                    "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                        + " WHERE relname = '%s' AND NOT indisvalid".formatted(index))
                .isEmpty());
  }
}
