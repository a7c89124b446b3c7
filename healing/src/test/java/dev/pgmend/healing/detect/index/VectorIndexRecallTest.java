// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pgmend.healing.detect.DetectorFailure;
import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.repair.ReindexConcurrently;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.repair.SetParameter;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Names;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

/**
 * The embedded servers lack pgvector; a server that PGMEND_TEST_POSTGRES_URLS names may have it.
 */
class VectorIndexRecallTest {
  private static final int DIMENSIONS = 16;

  private final Look look = Look.with(new VectorIndexRecall());

  @EachPostgres
  void tooFewProbesAreFoundAndMoreSetForTheDatabase(TestDatabase database) throws SQLException {
    documents(database, "documents", 5_000);
    database.execute(
        "CREATE INDEX near ON documents USING ivfflat (place \"Vec tor\".vector_l2_ops)"
            + " WITH (lists = 50)");

    var finding = look.at(database).getFirst();

    assertThat(finding.target()).isEqualTo(Target.parameter(database.name(), "ivfflat.probes"));
    assertThat(recall(finding, "recall")).isLessThan(0.9);
    assertThat(recall(finding, "expectedRecall")).isGreaterThanOrEqualTo(0.95);
    var plan = Repairs.planFor(finding).orElseThrow();
    assertThat(plan.type()).isEqualTo(SetParameter.TYPE);

    plan.statements().forEach(database::execute);
    assertThat(look.at(database)).isEmpty();

    plan.undoStatements().forEach(database::execute);
    assertThat(look.at(database)).hasSize(1);
  }

  @EachPostgres
  void anOwnerWhoIsNoSuperuserMaySetIt(TestDatabase database) throws SQLException {
    documents(database, "documents", 2_000);
    database.execute(
        "CREATE INDEX near ON documents USING hnsw (place \"Vec tor\".vector_cosine_ops)",
        "ALTER DATABASE %s SET hnsw.ef_search = 1".formatted(Identifiers.quote(database.name())));
    var plan = Repairs.planFor(look.at(database).getFirst()).orElseThrow();
    var owner = database.createRole();
    database.execute(
        "ALTER DATABASE %s OWNER TO %s"
            .formatted(Identifiers.quote(database.name()), Identifiers.quote(owner)),
        "GRANT USAGE ON SCHEMA \"Vec tor\" TO " + Identifiers.quote(owner));

    try (var connection = database.connectAs(owner);
        var statement = connection.createStatement()) {
      for (var sql : plan.statements()) {
        statement.execute(sql);
      }
    }
    assertThat(look.at(database)).isEmpty();

    plan.undoStatements().forEach(database::execute);
    assertThat(database.text("SELECT setconfig FROM pg_db_role_setting"))
        .isEqualTo("{hnsw.ef_search=1}");
  }

  @EachPostgres
  void whereAllListsAreReadNothingIsMissed(TestDatabase database) throws SQLException {
    documents(database, "documents", 3_000);
    database.execute(
        "CREATE INDEX near ON documents USING ivfflat (place \"Vec tor\".vector_l2_ops)"
            + " WITH (lists = 30)",
        "ALTER DATABASE %s SET ivfflat.probes = 30".formatted(Identifiers.quote(database.name())));

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void aRebuildIsTriedWhereNoSearchFindsEnoughAndNotTwice(TestDatabase database)
      throws SQLException {
    documents(database, "documents", 2_000);
    database.execute(
        "CREATE INDEX near ON documents USING ivfflat (place \"Vec tor\".vector_l2_ops)"
            + " WITH (lists = 20)");
    var unattainable = look.setting("minRecallPercent", "110");

    var plan = Repairs.planFor(unattainable.at(database).getFirst()).orElseThrow();
    assertThat(plan.type()).isEqualTo(ReindexConcurrently.TYPE);
    plan.statements().forEach(database::execute);

    var again = unattainable.at(database).getFirst();
    assertThat(again.summary()).contains("a rebuild did not help: create it with lists = 2");
    assertThat(Repairs.planFor(again)).isEmpty();
  }

  @EachPostgres
  void partialIndexesOnExpressionsOfNastyTablesAreMeasured(TestDatabase database)
      throws SQLException {
    for (var name : Names.NASTY) {
      documents(database, name, 2_000);
      database.execute(
          "CREATE INDEX %s ON %s USING ivfflat ((place::\"Vec tor\".halfvec(16))"
                  .formatted(Identifiers.quote(Names.ofIndex(name)), Identifiers.quote(name))
              + " \"Vec tor\".halfvec_ip_ops) WITH (lists = 40) WHERE id % 2 = 0");

      assertThat(look.at(database))
          .singleElement()
          .satisfies(
              finding -> assertThat(finding.summary()).contains(Names.ofIndex(name), "finds"));
      database.execute("DROP TABLE " + Identifiers.quote(name));
    }
  }

  @EachPostgres
  void rowsThatLieEquallyFarAreEquallyRight(TestDatabase database) throws SQLException {
    documents(database, "documents", 0);
    database.execute(
        "INSERT INTO documents SELECT i, ('[' || i % 20"
            + " || repeat(',0', 15) || ']')::\"Vec tor\".vector FROM generate_series(1, 4000) i",
        "CREATE INDEX near ON documents USING hnsw (place \"Vec tor\".vector_l2_ops)",
        "ANALYZE documents");

    assertThat(look.at(database)).isEmpty();
  }

  @EachPostgres
  void reportsIndexesThatTheRoleCannotReadAndMeasuresTheRest(TestDatabase database)
      throws SQLException {
    documents(database, "documents", 2_000);
    database.execute(
        "CREATE INDEX near ON documents USING ivfflat (place \"Vec tor\".vector_l2_ops)"
            + " WITH (lists = 40)");
    var role = database.createRole("pg_monitor");

    assertThat(look.at(database.serverAs(role)))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.detector()).isEqualTo(DetectorFailure.NAME);
          assertThat(finding.summary()).contains("cannot read");
        });
  }

  private static double recall(Finding finding, String evidence) {
    return Double.parseDouble(finding.evidence().get(evidence));
  }

  private static void documents(TestDatabase database, String table, int rows) {
    assumeTrue(
        database.isTrue(
            "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')"),
        () -> database + " has no pgvector (Debian: postgresql-NN-pgvector)");
    database.execute(
        "CREATE SCHEMA IF NOT EXISTS \"Vec tor\"",
        "CREATE EXTENSION IF NOT EXISTS vector SCHEMA \"Vec tor\"",
        "CREATE TABLE %s (id int, place \"Vec tor\".vector(%d))"
            .formatted(Identifiers.quote(table), DIMENSIONS));
    fill(database, table, rows);
  }

  private static void fill(TestDatabase database, String table, int rows) {
    database.execute(
        "INSERT INTO %s SELECT i, (SELECT array_agg(random()) FROM generate_series(1, %d) WHERE i > 0)"
                .formatted(Identifiers.quote(table), DIMENSIONS)
            + "::\"Vec tor\".vector FROM generate_series(1, %d) i".formatted(rows),
        "ANALYZE " + Identifiers.quote(table));
  }
}
