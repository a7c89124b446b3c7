// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;

/**
 * The disk under a server. SQL does not show free space. It is known if the capacity is declared,
 * or if the server's data directory is on this machine.
 */
public record Disk(long capacityBytes, long freeBytes) {

  /** The tablespace of an existing index, or the tablespace that a new index would get. */
  private static final String TABLESPACE =
      """
      SELECT coalesce(pg_tablespace_location(coalesce(
               (SELECT CASE WHEN c.reltablespace = 0 THEN d.dattablespace ELSE c.reltablespace END
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = ? AND c.relname = ?),
               (SELECT t.oid FROM pg_tablespace t
                 WHERE t.spcname = current_setting('default_tablespace')),
               d.dattablespace)), '')
        FROM pg_database d
       WHERE d.datname = current_database()
      """;

  /**
   * The disks that need space for building an index in the session's database: the disk of its
   * tablespace, and the disk of the data directory, which holds the WAL.
   *
   * @param declaredCapacity of all of them together, if it was declared
   * @param index empty for an index that does not exist yet
   * @return empty if neither way is open
   */
  public static List<Disk> of(
      Session session, OptionalLong declaredCapacity, String schema, String index)
      throws SQLException {
    return declaredCapacity.isPresent()
        ? List.of(declared(session, declaredCapacity.getAsLong()))
        : onThisMachine(session, schema, index);
  }

  private static Disk declared(Session session, long capacity) throws SQLException {
    var used =
        session.queryOne(
            """
            SELECT (SELECT sum(pg_database_size(oid)) FROM pg_database WHERE datallowconn)
                   + (SELECT coalesce(sum(size), 0) FROM pg_ls_waldir())
            """,
            row -> row.getLong(1));
    return new Disk(capacity, Math.max(0, capacity - used));
  }

  private static List<Disk> onThisMachine(Session session, String schema, String index)
      throws SQLException {
    var directory = DataDirectory.onThisMachine(session);
    if (directory.isEmpty()) {
      return List.of();
    }
    var data = directory.get().path();
    // Empty for the data directory itself, and below it for a tablespace in place.
    var tablespace = session.queryOne(TABLESPACE, row -> row.getString(1), schema, index);
    try {
      return List.of(under(data), under(data.resolve(tablespace)));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Disk under(Path path) throws IOException {
    var store = Files.getFileStore(path);
    return new Disk(store.getTotalSpace(), store.getUsableSpace());
  }
}
