// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class PeersTest {
  @EachPostgres
  void toolsWithARuleFindDuplicateAndUnusedIndex(TestDatabase database) throws SQLException {
    Faults.duplicateIndexes(database, "orders", "first", "second");
    database.execute("CREATE INDEX other ON orders (note)", "ANALYZE orders");
    var peers = peers(database);

    var twin = answers(peers, "DuplicateIndex", "public.orders(second)");
    assertThat(twin)
        .containsEntry("pg-index-health", Answer.FOUND)
        .containsEntry("PgHero", Answer.FOUND)
        .containsEntry("autovacuum", Answer.NO_RULE)
        .containsEntry("pg_index_watch", Answer.NO_RULE)
        .containsEntry("pg_qualstats", Answer.NO_RULE);
    assertThat(answers(peers(database), "DuplicateIndex", "public.orders(other)"))
        .containsEntry("pg-index-health", Answer.NOT_FOUND)
        .containsEntry("PgHero", Answer.NOT_FOUND);
    assertThat(
            answers(
                peers, "UnusedIndex", "public.orders(other)", Map.of("UnusedIndex.minSize", "8Ki")))
        .containsEntry("PgHero", Answer.FOUND);
    assertThat(answers(peers(database), "UnusedIndex", "public.orders(other)"))
        .as("smaller than by default")
        .containsEntry("PgHero", Answer.NOT_FOUND);
  }

  @EachPostgres
  void pgIndexWatchRebuildsBloatedIndexWithKnownBestRatio(TestDatabase database)
      throws SQLException {
    Faults.table(database, "orders");
    database.execute("CREATE INDEX by_id ON orders (id)", "ANALYZE orders");
    var peers = peers(database);
    peers.see();
    var thresholds = Map.of("IndexBloat.minSaving", "64Ki");
    assertThat(answers(peers, "IndexBloat", "public.orders(by_id)", thresholds))
        .containsEntry("pg_index_watch", Answer.NOT_FOUND)
        .containsEntry("PgHero", Answer.NOT_FOUND);

    database.execute("DELETE FROM orders WHERE id % 10 <> 0", "VACUUM (ANALYZE) orders");

    assertThat(answers(peers, "IndexBloat", "public.orders(by_id)", thresholds))
        .containsEntry("pg_index_watch", Answer.REPAIRED)
        .containsEntry("PgHero", Answer.FOUND);
  }

  @EachPostgres
  void toolsFindInvalidIndex(TestDatabase database) throws SQLException {
    Faults.failedBuild(database, "orders", "broken");

    assertThat(answers(peers(database), "InvalidIndex", "public.orders(broken)"))
        .containsEntry("pg-index-health", Answer.FOUND)
        .containsEntry("pg_index_watch", Answer.FOUND)
        .containsEntry("PgHero", Answer.FOUND);
  }

  @EachPostgres
  void findsForeignKeyWithoutIndexByDefinition(TestDatabase database) throws SQLException {
    Faults.foreignKeyWithoutIndex(database, "parent", "child");

    assertThat(answers(peers(database), "MissingForeignKeyIndex", "public.child(parent_id)"))
        .containsEntry("pg-index-health", Answer.FOUND)
        .containsEntry("pg_qualstats", Answer.NOT_INSTALLED);
  }

  @EachPostgres
  void autovacuumVacuumsOnlyTablesWithoutOptOut(TestDatabase database) throws SQLException {
    for (var table : List.of("served", "forsaken")) {
      Faults.table(database, table);
      database.execute("ANALYZE " + table, "UPDATE %s SET note = 'x'".formatted(table));
    }
    database.execute("ALTER TABLE forsaken SET (autovacuum_enabled = off)");
    Faults.flushStatistics(database);
    var peers = peers(database);
    assertThat(answers(peers, "TableBloat", "public.served"))
        .as("turned off on the tests' server")
        .containsEntry("autovacuum", Answer.NOT_FOUND);

    // The next autovacuum run is a minute away.
    database.execute("ALTER SYSTEM SET autovacuum = on", "SELECT pg_reload_conf()");
    try {
      await().until(() -> database.text("SHOW autovacuum").equals("on"));
      assertThat(answers(peers, "TableBloat", "public.served"))
          .containsEntry("autovacuum", Answer.REPAIRED);
      assertThat(answers(peers(database), "TableBloat", "public.forsaken"))
          .containsEntry("autovacuum", Answer.NOT_FOUND);
    } finally {
      database.execute("ALTER SYSTEM RESET autovacuum", "SELECT pg_reload_conf()");
      await().until(() -> database.text("SHOW autovacuum").equals("off"));
    }
  }

  @EachPostgres
  void toolsFindSequenceNearItsEnd(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE numbers (id serial)", "SELECT setval('numbers_id_seq', 2e9::int)");

    assertThat(answers(peers(database), "SequenceExhaustion", "public.numbers_id_seq"))
        .containsEntry("pg-index-health", Answer.FOUND)
        .containsEntry("PgHero", Answer.FOUND);
  }

  @EachPostgres
  void toolsNeitherWriteNorWaitForLocks(TestDatabase database) throws SQLException {
    database.execute("CREATE TABLE locked (id int)");
    try (var _ = database.begin("LOCK TABLE locked")) {
      var peers = peers(database);
      assertThat(answers(peers, "BlockingSession", "session")).containsKey("PgHero");
      assertThat(peers.opinions()).allSatisfy(opinion -> assertThat(opinion.problem()).isNull());
    }
  }

  private static Peers peers(TestDatabase database) {
    var spec = database.spec();
    return new Peers(
        new Login(spec.host(), spec.port(), spec.database(), spec.user(), spec.password()));
  }

  private static Map<String, Answer> answers(Peers peers, String fault, String target) {
    return answers(peers, fault, target, Map.of());
  }

  private static Map<String, Answer> answers(
      Peers peers, String fault, String target, Map<String, String> thresholds) {
    peers.ask(new Question(fault, target, thresholds));
    var answers = new HashMap<String, Answer>();
    for (var opinion : peers.opinions()) {
      if (opinion.fault().equals(fault) && opinion.answer() != null) {
        answers.put(opinion.peer(), opinion.answer());
      }
    }
    return answers;
  }
}
