// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.InspectionException;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.repair.ReindexConcurrently;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.Damage;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

class CorruptIndexTest {
  /** A page that is full: a B-tree's first is about itself, its fourth a root with room. */
  private static final int FULL_PAGE = 1;

  private final Look look = Look.with(new CorruptIndex());

  @EachPostgres
  void whatIsSoundIsNotFound(TestDatabase database) throws SQLException {
    for (var table : Names.NASTY) {
      Faults.table(database, table);
      database.execute(
          "CREATE UNIQUE INDEX ON %s (id)".formatted(Identifiers.quote(table)),
          "CREATE INDEX ON %s (lower(note)) WHERE id > 5".formatted(Identifiers.quote(table)));
    }
    database.execute(
        "CREATE TABLE empty (id int PRIMARY KEY)",
        "CREATE MATERIALIZED VIEW seen AS SELECT * FROM \"select\"",
        "CREATE INDEX ON \"select\" USING hash (id)");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void anIndexThatMissesRowsIsRebuiltFromASoundTable(TestDatabase database) throws SQLException {
    for (var table : Names.NASTY) {
      var index = Names.ofIndex(table);
      Faults.table(database, table);
      Damage.indexOfAChangedFunction(database, table, index);

      var found = look.at(database);
      assertThat(found)
          .as(table)
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(finding.target())
                .isEqualTo(Target.index(database.name(), "public", table, index));
            assertThat(finding.evidence())
                .containsEntry(CorruptIndex.REBUILDABLE, "true")
                .containsKey("damage");
          });
      var plan = Repairs.planFor(found.getFirst()).orElseThrow();
      assertThat(plan.type()).isEqualTo(ReindexConcurrently.TYPE);
      database.execute(plan.statements().toArray(String[]::new));

      assertThat(look.at(database)).as(table).isEmpty();
      database.execute("DROP TABLE " + Identifiers.quote(table));
    }
  }

  @EachPostgres
  void fromADamagedTableNothingIsRebuilt(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    Damage.indexOfAChangedFunction(database, "orders", "orders_id");
    Damage.tableFrozenTooFar(database, "orders");

    assertThat(look.at(database))
        .hasSize(2)
        .allSatisfy(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
          assertThat(finding.evidence()).containsEntry(CorruptIndex.REBUILDABLE, "false");
          assertThat(Repairs.planFor(finding)).isEmpty();
        })
        .extracting(Finding::target)
        .containsExactly(
            Target.table(database.name(), "public", "orders"),
            Target.index(database.name(), "public", "orders", "orders_id"));
  }

  @EachPostgres
  void bytesOfAnIndexThatChangedOnTheDiskAreSeen(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_id ON orders (id)");
    assumeTrue(Damage.onDisk(database, "orders_id", FULL_PAGE), "The files are out of reach");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target().index()).isEqualTo("orders_id");
          assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
          assertThat(finding.evidence()).containsEntry(CorruptIndex.REBUILDABLE, "true");
        });
    database.execute("REINDEX INDEX CONCURRENTLY orders_id");
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void bytesOfATableThatChangedOnTheDiskAreSeen(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    assumeTrue(Damage.onDisk(database, "orders", FULL_PAGE), "The files are out of reach");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target()).isEqualTo(Target.table(database.name(), "public", "orders"));
          assertThat(finding.summary()).contains("restore it from a backup");
          assertThat(Repairs.planFor(finding)).isEmpty();
        });
  }

  @EachPostgres
  void aKeyThatIsThereTwiceIsInTheWayOfARebuild(TestDatabase database) throws SQLException {
    assumeTrue(
        database.number("SHOW server_version_num") >= 170_000, "amcheck checks no uniqueness");
    Faults.table(database, "orders");
    database.execute(
        "INSERT INTO orders VALUES (7, 'again')",
        "CREATE INDEX orders_id ON orders (id)",
        "UPDATE pg_index SET indisunique = true WHERE indexrelid = 'orders_id'::regclass");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.evidence()).containsEntry("duplicateKeys", "yes");
          assertThat(finding.summary()).contains("the table holds a key twice");
          assertThat(Repairs.planFor(finding)).isEmpty();
        });
  }

  @EachPostgres
  void oneInspectionReadsOnlySoMuchAndTheNextGoesOn(TestDatabase database) throws SQLException {
    Faults.table(database, "first");
    Faults.table(database, "second");
    Faults.table(database, "third");
    Damage.indexOfAChangedFunction(database, "second", "second_id");
    var little = look.setting("maxRead", "1");

    assertThat(little.indexesAt(database)).isEmpty();
    assertThat(little.indexesAt(database)).containsExactly("second_id");
    assertThat(little.indexesAt(database)).containsExactly("second_id");
    database.execute("REINDEX INDEX second_id");
    assertThat(little.indexesAt(database)).isEmpty();

    // It goes on where it was, and comes back to what was sound once.
    Damage.indexOfAChangedFunction(database, "first", "first_id");
    assertThat(little.indexesAt(database)).isEmpty();
    assertThat(little.indexesAt(database)).containsExactly("first_id");
  }

  @EachPostgres
  void whatIsTooLargeIsLeftOut(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    Damage.indexOfAChangedFunction(database, "orders", "orders_id");

    // Without its table an index can only be seen to be in order, which it is.
    assertThat(look.setting("maxObjectSize", "400Ki").at(database)).isEmpty();
    Damage.tableFrozenTooFar(database, "orders");
    assertThat(look.setting("maxObjectSize", "100Ki").at(database)).hasSize(1);
  }

  @EachPostgres
  void aTableThatIsLockedKeepsNothingElseFromBeingChecked(TestDatabase database)
      throws SQLException {
    Faults.table(database, "locked");
    Faults.table(database, "orders");
    Damage.indexOfAChangedFunction(database, "orders", "orders_id");
    try (var _ = database.begin("LOCK TABLE locked")) {
      assertThat(look.at(database))
          .extracting(finding -> finding.detector() + " " + finding.target().relation())
          .containsExactlyInAnyOrder("DetectorFailed locked", "CorruptIndex orders");
    }
  }

  @EachPostgres
  void whatIsLockedHasNotBeenSeenToBeMended(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    Damage.indexOfAChangedFunction(database, "orders", "orders_id");
    var finding = look.at(database).getFirst();
    var inspector = new Inspector(database.server(), new Memory());

    try (var _ = database.begin("LOCK TABLE orders")) {
      assertThat(look.at(database))
          .singleElement()
          .satisfies(unseen ->
              assertThat(DetectorFailure.detectorOf(unseen)).isEqualTo(CorruptIndex.NAME));
      assertThatThrownBy(
              () -> inspector.lookAgain(finding, InspectionOptions.DEFAULTS, Duration.ofMinutes(1)))
          .hasMessageContaining("is locked");
    }
    assertThat(look.setting("maxRead", "1").at(database)).containsExactly(finding);
  }

  @EachPostgres
  void oneFindingIsLookedForAgainByItsTableAlone(TestDatabase database)
      throws SQLException, InspectionException {
    Faults.table(database, "orders");
    Damage.indexOfAChangedFunction(database, "orders", "orders_id");
    var finding = look.at(database).getFirst();
    var inspector = new Inspector(database.server(), new Memory());
    var atMost = Duration.ofMinutes(1);

    assertThat(inspector.lookAgain(finding, InspectionOptions.DEFAULTS, atMost)).hasValue(finding);
    database.execute("REINDEX INDEX orders_id");
    assertThat(inspector.lookAgain(finding, InspectionOptions.DEFAULTS, atMost)).isEmpty();
  }

  @EachPostgres
  void whatIsMissingIsToldAndMendsIt(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    Damage.indexOfAChangedFunction(database, "orders", "orders_id");
    database.execute("DROP EXTENSION amcheck");

    database.execute(onlyGrant(look.at(database)));
    assertThat(look.indexesAt(database)).containsExactly("orders_id");

    var role = database.createRole();
    for (var grant : onlyGrant(look.at(database.serverAs(role))).split("; ", -1)) {
      database.execute(grant);
    }
    assertThat(look.at(database.serverAs(role)))
        .extracting(finding -> finding.target().index())
        .containsExactly("orders_id");
    database.execute("DROP OWNED BY " + Identifiers.quote(role));
  }

  private static String onlyGrant(List<Finding> findings) {
    assertThat(findings)
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO));
    return findings.getFirst().evidence().get("grant");
  }
}
