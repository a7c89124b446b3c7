// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;

/** Reads pg_stat_progress_create_index, which CREATE INDEX and REINDEX both report to. */
final class BuildProgress {
  /**
   * The server reports each phase from 0 to 100%. The shares put them on one scale; they are what
   * the phases of concurrent builds of TPC-H's indexes took, roughly.
   */
  private enum Phase {
    INITIALIZING("initializing", 0, 1),
    WRITERS_BEFORE_BUILD("waiting for writers before build", 1, 2),
    SCANNING_TABLE("building index: scanning table", 2, 45),
    SORTING("building index: sorting live tuples", 45, 55),
    LOADING("building index: loading tuples in tree", 55, 70),
    WRITERS_BEFORE_VALIDATION("waiting for writers before validation", 70, 71),
    VALIDATING_INDEX("index validation: scanning index", 71, 79),
    VALIDATION_SORT("index validation: sorting tuples", 79, 82),
    VALIDATING_TABLE("index validation: scanning table", 82, 96),
    OLD_SNAPSHOTS("waiting for old snapshots", 96, 97),
    READERS_BEFORE_DEAD("waiting for readers before marking dead", 97, 98),
    READERS_BEFORE_DROP("waiting for readers before dropping", 98, 99);

    private final String words;
    private final int from;
    private final int to;

    Phase(String words, int from, int to) {
      this.words = words;
      this.from = from;
      this.to = to;
    }

    static Optional<Phase> of(String words) {
      return Arrays.stream(values()).filter(p -> p.words.equals(words)).findFirst();
    }
  }

  private BuildProgress() {}

  static Optional<Progress> read(Session session, int backendPid) throws SQLException {
    return session.queryFirst(
        """
        SELECT phase,
               CASE WHEN tuples_total > 0 THEN tuples_done::float8 / tuples_total
                    WHEN blocks_total > 0 THEN blocks_done::float8 / blocks_total
                    WHEN lockers_total > 0 THEN lockers_done::float8 / lockers_total
                    ELSE 0 END
          FROM pg_stat_progress_create_index
         WHERE pid = ?
        """,
        row -> {
          var words = row.getString(1);
          var within = Math.clamp(row.getDouble(2), 0, 1);
          var percent =
              Phase.of(words).map(p -> p.from + (int) (within * (p.to - p.from))).orElse(0);
          return new Progress(percent, words);
        },
        backendPid);
  }
}
