// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** Indexes that an interrupted build leaves in the catalog. */
final class Leftovers {
  private Leftovers() {}

  /** Indexes that are invalid, or have a name that only REINDEX CONCURRENTLY gives. */
  static List<String> of(TargetServer server) throws SQLException {
    return server.texts(
        """
        SELECT indexrelid::regclass FROM pg_index
         WHERE NOT indisvalid OR indexrelid::regclass::text ~ '_cc(new|old)'
        """);
  }
}
