// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.Identifiers;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Brings about faults the way they come about in real life. Tables and indexes are named as in the
 * catalog, unquoted, and lie in the schema public.
 */
public final class Faults {
  /** Rows of a table that a fault is made in. */
  public static final int ROWS = 10_000;

  /**
   * Makes a session tell its counters when its next statement ends. Postgres 14 can't be asked to;
   * it reports by itself, at most every half second.
   */
  public static final String FLUSH =
      """
      DO $$ BEGIN PERFORM pg_stat_force_next_flush();
            EXCEPTION WHEN undefined_function THEN PERFORM pg_sleep(0.6); END $$
      """;

  private static final String LOCK_TIMEOUT = "55P03";
  private static final String UNIQUE_VIOLATION = "23505";

  private Faults() {}

  /** A table {@code (id int, note text)} of {@link #ROWS} rows. */
  public static void table(TestDatabase database, String table) {
    database.execute(
        "CREATE TABLE %s (id int, note text)".formatted(quote(table)),
        "INSERT INTO %s SELECT i, 'n' || i FROM generate_series(1, %d) i"
            .formatted(quote(table), ROWS));
    // Counters still on their way when ANALYZE runs would count as changes after it.
    flushStatistics(database);
  }

  /** A table whose index is nine tenths air. */
  public static void bloatedIndex(TestDatabase database, String table, String index) {
    table(database, table);
    database.execute(
        "CREATE INDEX %s ON %s (id)".formatted(Identifiers.quote(index), quote(table)),
        "DELETE FROM %s WHERE id %% 10 <> 0".formatted(quote(table)),
        "VACUUM (ANALYZE) " + quote(table));
  }

  /** A table with an index that CREATE INDEX CONCURRENTLY broke off; it can be built now. */
  public static void failedBuild(TestDatabase database, String table, String index) {
    table(database, table);
    try (var _ = database.begin("UPDATE %s SET note = 'x' WHERE id = 1".formatted(quote(table)))) {
      givesUpWaiting(
          database,
          "CREATE INDEX CONCURRENTLY %s ON %s (id)"
              .formatted(Identifiers.quote(index), quote(table)));
    }
  }

  /** A unique index that can't be built, since the table holds a key twice. */
  public static void duplicateKeys(TestDatabase database, String table, String index) {
    table(database, table);
    database.execute("INSERT INTO %s VALUES (1, 'again')".formatted(quote(table)));
    fails(
        database,
        UNIQUE_VIOLATION,
        "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (id)"
            .formatted(Identifiers.quote(index), quote(table)));
  }

  /** A table with a good index, and beside it the {@code _ccnew} of a REINDEX broken off. */
  public static void leftoverOfRebuild(TestDatabase database, String table, String index) {
    tableWithIndex(database, table, index);
    try (var _ = database.begin("UPDATE %s SET note = 'x' WHERE id = 1".formatted(quote(table)))) {
      givesUpWaiting(database, "REINDEX INDEX CONCURRENTLY " + quote(index));
    }
  }

  /** The same, broken off after the swap: the old index stays as {@code _ccold}. */
  public static void oldIndexLeftByRebuild(TestDatabase database, String table, String index) {
    tableWithIndex(database, table, index);
    // A reader that holds no snapshot lets the build pass, but not the dropping of the old index.
    try (var _ = database.begin("LOCK TABLE %s IN ACCESS SHARE MODE".formatted(quote(table)))) {
      givesUpWaiting(database, "REINDEX INDEX CONCURRENTLY " + quote(index));
    }
  }

  /** Two indexes of one definition. */
  public static void duplicateIndexes(
      TestDatabase database, String table, String first, String second) {
    tableWithIndex(database, table, first);
    database.execute(
        "CREATE INDEX %s ON %s (id)".formatted(Identifiers.quote(second), quote(table)));
  }

  /** A child table whose foreign key {@code parent_id} has no index. */
  public static void foreignKeyWithoutIndex(TestDatabase database, String parent, String child) {
    database.execute(
        "CREATE TABLE %s (id int PRIMARY KEY)".formatted(quote(parent)),
        "INSERT INTO %s SELECT generate_series(1, 1000)".formatted(quote(parent)),
        "CREATE TABLE %s (id int, parent_id int REFERENCES %s)"
            .formatted(quote(child), quote(parent)),
        "INSERT INTO %s SELECT i, 1 + i %% 1000 FROM generate_series(1, %d) i"
            .formatted(quote(child), ROWS));
    flushStatistics(database);
    database.execute("ANALYZE " + quote(child));
  }

  /** A table that was never analysed. */
  public static void staleStatistics(TestDatabase database, String table) {
    table(database, table);
  }

  /** Counters of a session reach the others only after a while, unless it is told to. */
  public static void flushStatistics(TestDatabase database) {
    database.execute(FLUSH, "SELECT 1");
  }

  private static void tableWithIndex(TestDatabase database, String table, String index) {
    table(database, table);
    database.execute(
        "CREATE INDEX %s ON %s (id)".formatted(Identifiers.quote(index), quote(table)));
  }

  private static void givesUpWaiting(TestDatabase database, String sql) {
    fails(database, LOCK_TIMEOUT, "SET lock_timeout = '50ms'", sql);
  }

  private static void fails(TestDatabase database, String state, String... statements) {
    try (var connection = database.connect()) {
      for (var sql : statements) {
        TestDatabase.execute(connection, sql);
      }
    } catch (CompletionException e) {
      if (e.getCause() instanceof SQLException why && state.equals(why.getSQLState())) {
        return;
      }
      throw e;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("Nothing kept this from ending: " + List.of(statements));
  }

  private static String quote(String name) {
    return Identifiers.quote("public", name);
  }
}
