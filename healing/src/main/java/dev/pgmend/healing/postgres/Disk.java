package dev.pgmend.healing.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The disk under a server. SQL has no word for free space, so there are two ways to know: someone
 * declared the capacity, or the server's data directory is on this machine and can be looked at.
 */
public record Disk(long capacityBytes, long freeBytes) {

  /** Empty if neither way is open. */
  public static Optional<Disk> of(Session session, OptionalLong declaredCapacity)
      throws SQLException {
    return declaredCapacity.isPresent()
        ? Optional.of(declared(session, declaredCapacity.getAsLong()))
        : onThisMachine(session);
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

  private static Optional<Disk> onThisMachine(Session session) throws SQLException {
    var directory = DataDirectory.onThisMachine(session);
    if (directory.isEmpty()) {
      return Optional.empty();
    }
    try {
      var store = Files.getFileStore(directory.get().path());
      return Optional.of(new Disk(store.getTotalSpace(), store.getUsableSpace()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
