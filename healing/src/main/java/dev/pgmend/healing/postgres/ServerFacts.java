// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Facts about a server and one of its databases that hold during an inspection.
 *
 * @param versionNum as in {@code server_version_num}: 180001 is 18.1
 * @param version as people write it
 * @param inRecovery true on a standby
 * @param seesAllStatistics whether the role may read other roles' activity (pg_read_all_stats)
 * @param address where the server listens, as it sees itself; empty over a socket
 * @param extensions installed in this database, name to schema
 */
public record ServerFacts(
    int versionNum,
    String version,
    boolean inRecovery,
    boolean seesAllStatistics,
    String address,
    Map<String, String> extensions) {

  public ServerFacts {
    extensions = Map.copyOf(extensions);
  }

  public static ServerFacts read(Session session) throws SQLException {
    var versionNum =
        session.queryOne("SELECT current_setting('server_version_num')::int", r -> r.getInt(1));
    var extensions =
        session
            .query(
                """
                SELECT e.extname, n.nspname
                  FROM pg_extension e
                  JOIN pg_namespace n ON n.oid = e.extnamespace
                """,
                r -> Map.entry(r.getString(1), r.getString(2)))
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return session.queryOne(
        """
        SELECT split_part(current_setting('server_version'), ' ', 1),
               pg_is_in_recovery(),
               pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
               coalesce(host(inet_server_addr()), '')
        """,
        r ->
            new ServerFacts(
                versionNum,
                r.getString(1),
                r.getBoolean(2),
                r.getBoolean(3),
                r.getString(4),
                extensions));
  }

  public int major() {
    return versionNum / 10_000;
  }

  /** The quoted schema of an installed extension, for calling its functions by full name. */
  public Optional<String> schemaOf(String extension) {
    return Optional.ofNullable(extensions.get(extension)).map(Identifiers::quote);
  }
}
