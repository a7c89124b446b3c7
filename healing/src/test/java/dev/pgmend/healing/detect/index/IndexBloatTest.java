// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import static dev.pgmend.healing.postgres.Identifiers.quote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import org.assertj.core.data.Percentage;

class IndexBloatTest {
  private final Look look = Look.with(new IndexBloat()).setting("minSaving", "100Ki");

  @EachPostgres
  void anIndexThatIsMostlyAirIsFoundAndItsSavingIsTold(TestDatabase database) throws SQLException {
    Faults.bloatedIndex(database, "orders", "orders_id");

    var findings = look.at(database);

    assertThat(findings).hasSize(1);
    var finding = findings.getFirst();
    assertThat(finding.target())
        .isEqualTo(Target.index(database.name(), "public", "orders", "orders_id"));
    assertThat(finding.evidence()).containsEntry("method", "pgstatindex");
    var size = database.number("SELECT pg_relation_size('orders_id')");
    assertThat(finding.evidenceLong("sizeBytes")).isEqualTo(size);

    database.execute("REINDEX INDEX orders_id");
    var rebuilt = (double) database.number("SELECT pg_relation_size('orders_id')");
    assertThat((double) finding.evidenceLong("rebuiltBytes"))
        .isCloseTo(rebuilt, Percentage.withPercentage(30));
    assertThat(Double.parseDouble(finding.evidence().getOrDefault("savingPercent", "0")))
        .isCloseTo(100.0 * (size - rebuilt) / size, within(5.0));
    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void aSavingTooSmallToMatterIsNotFound(TestDatabase database) throws SQLException {
    Faults.bloatedIndex(database, "orders", "orders_id");

    assertThat(Look.with(new IndexBloat()).at(database)).isEmpty();
    assertThat(look.setting("minSavingPercent", "99").at(database)).isEmpty();
  }

  @EachPostgres
  void indexesThatAreAsTheyShouldBeAreNotFound(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute(
        "CREATE INDEX fresh ON orders (id)",
        "CREATE INDEX roomy ON orders (id) WITH (fillfactor = 30)",
        "CREATE INDEX deduplicated ON orders ((id % 5))",
        "CREATE INDEX hashed ON orders USING hash (id)",
        "CREATE INDEX summary ON orders USING brin (id)");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void anIndexWithNothingLeftInItIsFound(TestDatabase database) throws SQLException {
    Faults.table(database, "orders");
    database.execute(
        "CREATE INDEX orders_id ON orders (id)",
        "DELETE FROM orders",
        "VACUUM (TRUNCATE off) orders");

    assertThat(look.indexesAt(database)).containsExactly("orders_id");
  }

  @EachPostgres
  void anIndexThatCanNotBeSeenIsNotTakenForMended(TestDatabase database) throws SQLException {
    Faults.bloatedIndex(database, "orders", "orders_id");
    var finding = look.at(database).getFirst();

    try (var _ = database.begin("DROP INDEX orders_id")) {
      assertThatThrownBy(() -> look.again(database, finding)).hasMessageContaining("is locked");
    }
    assertThat(look.again(database, finding)).isPresent();

    database.execute("REINDEX INDEX orders_id");
    assertThat(look.again(database, finding)).isEmpty();
  }

  @EachPostgres
  void withoutTheExtensionTheBestThatWasEverSeenIsTheMeasure(TestDatabase database)
      throws SQLException {
    database.execute("DROP EXTENSION pgstattuple");
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_id ON orders (id)");
    assertThat(look.at(database)).isEmpty();

    database.execute("DELETE FROM orders WHERE id % 10 <> 0", "VACUUM (ANALYZE) orders");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.evidence()).containsEntry("method", "bytesPerTuple"));
    assertThat(Look.with(new IndexBloat()).setting("minSaving", "100Ki").at(database))
        .as("a first look has nothing to compare with")
        .isEmpty();
  }

  @EachPostgres
  void anIndexTooLargeToReadIsMeasuredByTheBestEverSeen(TestDatabase database) throws SQLException {
    var unread = look.setting("maxObjectSize", "0");
    Faults.table(database, "orders");
    database.execute("CREATE INDEX orders_id ON orders (id)");
    assertThat(unread.at(database)).isEmpty();

    database.execute("DELETE FROM orders WHERE id % 10 <> 0", "VACUUM (ANALYZE) orders");

    assertThat(unread.indexesAt(database)).containsExactly("orders_id");
  }

  @EachPostgres
  void itsPagesAreReadOnceUntilMuchHasChanged(TestDatabase database)
      throws SQLException, IOException {
    database.execute(
        "ALTER DATABASE %s SET track_functions = 'all'".formatted(quote(database.name())));
    Faults.bloatedIndex(database, "orders", "orders_id");

    assertThat(look.indexesAt(database)).containsExactly("orders_id");
    assertThat(look.indexesAt(database)).containsExactly("orders_id");
    assertThat(look.restarted().indexesAt(database)).containsExactly("orders_id");
    await().until(() -> readings(database) == 1);

    database.execute("INSERT INTO orders SELECT i, 'n' FROM generate_series(1, 10000) i");
    assertThat(look.at(database)).as("new rows filled it").isEmpty();
    await().until(() -> readings(database) == 2);
  }

  /** A session tells what it called when it has ended, a moment after it was closed. */
  private static long readings(TestDatabase database) throws SQLException {
    Faults.flushStatistics(database);
    return database.number(
        "SELECT calls FROM pg_stat_user_functions WHERE funcname = 'pgstatindex'");
  }

  @EachPostgres
  void aRoleThatMayNotReadPagesFallsBackToBytesPerTuple(TestDatabase database) throws SQLException {
    Faults.bloatedIndex(database, "orders", "orders_id");
    var role = database.createRole();

    assertThat(look.at(database.serverAs(role))).isEmpty();
    assertThat(look.at(database)).hasSize(1);
  }

  @EachPostgres
  void aRoleThatMayNotUseTheExtensionsSchemaFallsBackToo(TestDatabase database)
      throws SQLException {
    var role = database.createRole();
    database.execute(
        "CREATE SCHEMA tools",
        "ALTER EXTENSION pgstattuple SET SCHEMA tools",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tools TO " + quote(role));
    Faults.bloatedIndex(database, "orders", "orders_id");

    assertThat(look.at(database.serverAs(role))).isEmpty();
    assertThat(look.at(database)).hasSize(1);
    database.execute("DROP OWNED BY " + quote(role));
  }

  @EachPostgres
  void theExtensionMayLieInAnySchema(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE SCHEMA \"My \"\"tools\"\"\"",
        "ALTER EXTENSION pgstattuple SET SCHEMA \"My \"\"tools\"\"\"");
    Faults.bloatedIndex(database, "orders", "orders_id");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.evidence()).containsEntry("method", "pgstatindex"));
  }

  @EachPostgres
  void theIndexesOfPartitionsAreFound(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE events (id int) PARTITION BY RANGE (id)",
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1000000)",
        "CREATE INDEX events_id ON events (id)",
        "INSERT INTO events SELECT generate_series(1, %d)".formatted(Faults.ROWS),
        "DELETE FROM events WHERE id % 10 <> 0",
        "VACUUM events");

    assertThat(look.indexesAt(database)).containsExactly("events_1_id_idx");
  }

  @EachPostgres
  void temporaryAndExtensionsTablesAreLeftAlone(TestDatabase database) throws SQLException {
    Faults.bloatedIndex(database, "extended", "extended_id");
    database.execute(
        "ALTER EXTENSION pgstattuple ADD TABLE extended",
        "CREATE TEMP TABLE passing AS SELECT generate_series(1, 20000) id",
        "CREATE INDEX ON passing (id)",
        "DELETE FROM passing WHERE id % 10 <> 0",
        "VACUUM passing");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void namesComeAsTheyStandInTheCatalog(TestDatabase database) throws SQLException {
    for (var name : Names.NASTY) {
      Faults.bloatedIndex(database, name, Names.ofIndex(name));
    }

    assertThat(look.indexesAt(database))
        .containsExactlyInAnyOrderElementsOf(Names.NASTY.stream().map(Names::ofIndex).toList());
  }
}
