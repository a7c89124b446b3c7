// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The data directory of a server that runs on this machine, and may be looked at.
 *
 * @param postmasterPid the server's first process
 */
record DataDirectory(Path path, long postmasterPid) {

  /** Empty if the server runs elsewhere, or the role cannot read where its data lies. */
  static Optional<DataDirectory> onThisMachine(Session session) throws SQLException {
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
    return Files.isDirectory(directory) ? find(session, directory) : Optional.empty();
  }

  /** A tunnel makes a far server look near: its start time must be in the directory's pid file. */
  private static Optional<DataDirectory> find(Session session, Path directory) throws SQLException {
    var started =
        session.queryOne(
            "SELECT extract(epoch FROM pg_postmaster_start_time())::bigint", r -> r.getLong(1));
    try {
      // Line 1 of postmaster.pid is the postmaster's process, line 3 its start time, in seconds
      // since 1970.
      var lines = Files.readAllLines(directory.resolve("postmaster.pid"));
      return lines.size() > 2 && Math.abs(Long.parseLong(lines.get(2).strip()) - started) <= 2
          ? Optional.of(new DataDirectory(directory, Long.parseLong(lines.getFirst().strip())))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
