package dev.pgmend.healing.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    var loopback =
        session.queryOne(
            "SELECT coalesce(inet_server_addr() <<= ANY ('{127.0.0.0/8,::1}'::inet[]), true)"
                + " AND pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')",
            row -> row.getBoolean(1));
    if (!loopback) {
      return Optional.empty();
    }
    var setting =
        session.queryOne("SELECT current_setting('data_directory')", row -> row.getString(1));
    var directory = Path.of(setting);
    if (!Files.isDirectory(directory) || !isOf(session, directory)) {
      return Optional.empty();
    }
    try {
      var store = Files.getFileStore(directory);
      return Optional.of(new Disk(store.getTotalSpace(), store.getUsableSpace()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A tunnel makes a far server look near: its start time must be in the directory's pid file. */
  private static boolean isOf(Session session, Path directory) throws SQLException {
    var started =
        session.queryOne(
            "SELECT extract(epoch FROM pg_postmaster_start_time())::bigint", r -> r.getLong(1));
    try {
      // Line 3 of postmaster.pid is the postmaster's start time, in seconds since 1970.
      var lines = Files.readAllLines(directory.resolve("postmaster.pid"));
      return lines.size() > 2 && Math.abs(Long.parseLong(lines.get(2).strip()) - started) <= 2;
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }
}
