package dev.pgmend.e2e.gauntlet.safety;

import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;
import java.util.List;

/** What a build that was broken off leaves in the catalog. */
final class Leftovers {
  private Leftovers() {}

  /** Indexes that are not valid, or bear a name that only a rebuild gives. */
  static List<String> of(TargetServer arena) throws SQLException {
    return arena.texts(
        """
        SELECT indexrelid::regclass FROM pg_index
         WHERE NOT indisvalid OR indexrelid::regclass::text ~ '_cc(new|old)'
        """);
  }
}
