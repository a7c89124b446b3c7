// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.integrity;

import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;

/**
 * Indexes whose check never came back because the server went down under it. Garbage in the place
 * of a value's length can end the process that reads it, and Postgres then ends all others: such an
 * index is damaged for certain, and must not be read again before it is rebuilt.
 */
record UnfinishedChecks(Memory memory, Session session, String database) {
  /**
   * After a crash, unlike after a restart, the postmaster is the one from before, and the counters
   * are new.
   */
  private static final String CRASHED_SINCE =
      """
      SELECT pg_postmaster_start_time() < ?::timestamptz
         AND (SELECT stats_reset FROM pg_stat_bgwriter) > ?::timestamptz
      """;

  /** To be called before an index is read. */
  void begin(CheckedTable.Index index) throws SQLException {
    var now = session.queryOne("SELECT clock_timestamp()::text", row -> row.getString(1));
    memory.keep(name(index), now);
  }

  /** To be called after, unless the connection is lost. */
  void end(CheckedTable.Index index) {
    memory.forget(name(index));
  }

  /** Whether the server went down while these files of the index were read. */
  boolean broughtServerDown(CheckedTable.Index index) throws SQLException {
    var begun = memory.kept(name(index));
    return begun.isPresent()
        && session.queryOne(CRASHED_SINCE, row -> row.getBoolean(1), begun.get(), begun.get());
  }

  private String name(CheckedTable.Index index) {
    return "%s.unfinished %s %d".formatted(CorruptIndex.NAME, database, index.fileNode());
  }
}
