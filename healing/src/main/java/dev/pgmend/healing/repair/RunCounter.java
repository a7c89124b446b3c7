package dev.pgmend.healing.repair;

import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.Map;

/**
 * How often a table was maintained, by which a later process tells whether a statement that it does
 * not know the end of did its work.
 *
 * @param column of pg_stat_all_tables, such as {@code vacuum_count}
 * @param key under which the mark holds it
 */
record RunCounter(String column, String key, String schema, String table) {
  Map<String, String> mark(Session session) throws SQLException {
    return Map.of(key, Long.toString(read(session)));
  }

  Aftermath aftermath(Session session, Map<String, String> mark) throws SQLException {
    var before = Long.parseLong(mark.getOrDefault(key, "0"));
    return read(session) > before ? Aftermath.DONE : Aftermath.UNTOUCHED;
  }

  private long read(Session session) throws SQLException {
    return session
        .queryFirst(
            "SELECT %s FROM pg_stat_all_tables WHERE schemaname = ? AND relname = ?"
                .formatted(column),
            row -> row.getLong(1),
            schema,
            table)
        .orElse(0L);
  }
}
