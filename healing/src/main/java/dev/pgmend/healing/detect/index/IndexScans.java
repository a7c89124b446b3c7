// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time since which indexes have not been scanned, on a primary and all its standbys. Each
 * server has its own counters; a standby's indexes have the primary's oids.
 *
 * @param now by the primary's clock
 * @param asked standbys that answered
 * @param unasked standbys that there are besides
 */
record IndexScans(Instant now, Map<Long, Instant> since, int asked, int unasked) {
  private static final Logger LOG = LoggerFactory.getLogger(IndexScans.class);

  private static final String APPLICATION = "pgmend/inspect";

  private static final int LAST_SCAN_FROM = 16;

  /** Other receivers of WAL, such as an archiver, look like standbys. */
  private static final String FOLLOWERS =
      """
      SELECT count(*) FROM pg_stat_replication r
       WHERE NOT EXISTS (SELECT 1 FROM pg_replication_slots s
                          WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
      """;

  private static final String SCANS =
      """
      SELECT s.indexrelid, s.idx_scan,
             extract(epoch FROM date_trunc('milliseconds', %s)) * 1000,
             coalesce((SELECT d.stats_reset::text FROM pg_stat_database d
                        WHERE d.datname = current_database()), '')
        FROM pg_stat_all_indexes s
       WHERE s.indexrelid = ANY (?::text[]::oid[])
      """;

  IndexScans {
    since = Map.copyOf(since);
  }

  static IndexScans everywhere(Inspection inspection, List<Long> oids) throws SQLException {
    var major = inspection.facts().major();
    var now =
        inspection
            .session()
            .queryOne(
                "SELECT (extract(epoch FROM now()) * 1000)::bigint",
                row -> Instant.ofEpochMilli(row.getLong(1)));
    var memory = inspection.memory();
    var since = read(inspection.session(), major, oids, now, memory, "primary");
    var followers = followers(inspection.session());
    var asked = 0;
    for (var standby : inspection.standbys()) {
      try (var session = standby.open(Purpose.INSPECT, APPLICATION, inspection.database())) {
        if (!isStandby(session)) {
          continue;
        }
        var there = read(session, major, oids, now, memory, place(standby));
        // An index that a standby does not know yet cannot count as unused there.
        since.keySet().retainAll(there.keySet());
        there.forEach((oid, time) -> since.computeIfPresent(oid, (_, t) -> later(t, time)));
        followers += followers(session);
        asked++;
      } catch (PostgresConnectionException | SQLException e) {
        // It counts as unreachable, or as gone if no server sends it WAL.
        LOG.debug("Asking {} for its scans", standby.spec(), e);
      }
    }
    return new IndexScans(now, since, asked, Math.max(0, followers - asked));
  }

  Optional<Instant> unusedSince(long oid) {
    return Optional.ofNullable(since.get(oid));
  }

  private static Map<Long, Instant> read(
      Session session, int major, List<Long> oids, Instant now, Memory memory, String place)
      throws SQLException {
    var lastScan = major >= LAST_SCAN_FROM ? "s.last_idx_scan" : "NULL::timestamptz";
    var since = new HashMap<Long, Instant>();
    session
        .query(
            SCANS.formatted(lastScan),
            row -> {
              var oid = row.getLong(1);
              var lastMs = row.getLong(3);
              var seen =
                  memory.unchangedSince(
                      "UnusedIndex %s %s %d".formatted(place, session.database(), oid),
                      row.getLong(2) + " " + row.getString(4),
                      now);
              return Map.entry(oid, lastMs > 0 ? Instant.ofEpochMilli(lastMs) : seen);
            },
            oids.stream().map(String::valueOf).toList())
        .forEach(entry -> since.put(entry.getKey(), entry.getValue()));
    return since;
  }

  private static boolean isStandby(Session session) throws SQLException {
    return session.queryOne("SELECT pg_is_in_recovery()", row -> row.getBoolean(1));
  }

  private static int followers(Session session) throws SQLException {
    return session.queryOne(FOLLOWERS, row -> row.getInt(1));
  }

  private static String place(Server standby) {
    return standby.spec().host() + ":" + standby.spec().port();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
