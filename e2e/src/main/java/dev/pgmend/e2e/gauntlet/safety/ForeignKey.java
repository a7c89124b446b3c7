// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.safety;

import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.SQLException;

/** A foreign key without an index, which pgmend builds. */
final class ForeignKey {
  static final String CHILD = "h_child";

  private ForeignKey() {}

  /** Creates the foreign key on a table of about 2 MB. */
  static void withoutIndex(TargetServer server) throws SQLException {
    server.run(
        "CREATE TABLE h_parent (id int PRIMARY KEY)",
        "INSERT INTO h_parent SELECT generate_series(1, 1000)",
        "CREATE TABLE h_child (id int, parent int REFERENCES h_parent)",
        "INSERT INTO h_child SELECT i, 1 + i % 1000 FROM generate_series(1, 50000) i",
        "ANALYZE h_parent, h_child");
  }

  static boolean hasOneIndex(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT count(*) = 1 FROM pg_index"
            + " WHERE indrelid = 'public.h_child'::regclass AND indisvalid");
  }
}
