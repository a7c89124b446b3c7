// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.Identifiers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Breaks tables and indexes the way bad software and bad disks do. */
public final class Damage {
  private static final int PAGE = 8192;

  private Damage() {}

  /**
   * An index on an expression whose function was changed under it, as by an upgrade: the table's
   * rows are no longer found in it.
   */
  public static void indexOfAChangedFunction(TestDatabase database, String table, String index) {
    database.execute(
        "CREATE OR REPLACE FUNCTION shift(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql"
            + " AS 'BEGIN RETURN i; END'",
        "CREATE INDEX %s ON %s (public.shift(id))"
            .formatted(Identifiers.quote(index), Identifiers.quote(table)),
        "CREATE OR REPLACE FUNCTION shift(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql"
            + " AS 'BEGIN RETURN 100000 - i; END'");
  }

  /** A table that counts as frozen up to now, while its rows are not: a bug that upgrades had. */
  public static void tableFrozenTooFar(TestDatabase database, String table) {
    database.execute(
        "UPDATE pg_class SET relfrozenxid = txid_current()::text::xid WHERE relname = "
            + Identifiers.literal(table));
  }

  /** Bytes on the disk that are not what was written; false where they are out of reach. */
  public static boolean onDisk(TestDatabase database, String relation, int block) {
    if (database.number("SHOW server_version_num") < 170_000) {
      // The page would still be found in shared buffers.
      return false;
    }
    var quoted = Identifiers.literal(Identifiers.quote(relation));
    var file =
        Path.of(
            database.text("SHOW data_directory"),
            database.text("SELECT pg_relation_filepath(%s)".formatted(quoted)));
    if (!Files.isWritable(file)) {
      return false;
    }
    database.execute("CHECKPOINT");
    try (var pages = new RandomAccessFile(file.toFile(), "rw")) {
      pages.seek((long) block * PAGE + PAGE / 2);
      pages.write(new byte[PAGE / 4]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    database.execute(
        "CREATE EXTENSION IF NOT EXISTS pg_buffercache",
        """
        SELECT pg_buffercache_evict(bufferid) FROM pg_buffercache
         WHERE relfilenode = pg_relation_filenode(%s)
        """
            .formatted(quoted));
    return true;
  }
}
