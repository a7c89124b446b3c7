// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import com.google.auto.service.AutoService;
import java.sql.SQLException;

/**
 * Postgres' own autovacuum: which tables would its next worker vacuum, analyze or freeze?
 *
 * @see <a href="https://www.postgresql.org/docs/18/routine-vacuuming.html#AUTOVACUUM">The
 *     autovacuum daemon</a>
 */
@AutoService(Peer.class)
public final class Autovacuum implements Peer {
  private static final String TABLES =
      """
      SELECT n.nspname || '.' || c.relname
        FROM pg_stat_user_tables s
        JOIN pg_class c ON c.oid = s.relid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT greatest(c.reltuples, 0) AS tuples) t
       WHERE %s
      """;

  private static final String DUE_FOR_VACUUM =
      TABLES.formatted(
          """
          %1$s AND s.n_dead_tup > least(
            %2$s + %3$s * t.tuples,
            -- From Postgres 18 on.
            coalesce(current_setting('autovacuum_vacuum_max_threshold', true)::float8, 'infinity'))
          """
              .formatted(
                  enabled(),
                  option("autovacuum_vacuum_threshold"),
                  option("autovacuum_vacuum_scale_factor")));

  private static final String DUE_FOR_ANALYZE =
      TABLES.formatted(
          "%s AND s.n_mod_since_analyze > %s + %s * t.tuples"
              .formatted(
                  enabled(),
                  option("autovacuum_analyze_threshold"),
                  option("autovacuum_analyze_scale_factor")));

  /** Autovacuum prevents wraparound even if it is turned off. */
  private static final String DUE_FOR_FREEZING =
      TABLES.formatted(
          "age(c.relfrozenxid) > least(%s, current_setting('autovacuum_freeze_max_age')::float8)"
              .formatted(option("autovacuum_freeze_max_age")));

  @Override
  public String name() {
    return "autovacuum";
  }

  @Override
  public String source() {
    return "PostgreSQL 18 manual, 24.1.6 The Autovacuum Daemon";
  }

  @Override
  public Answer answer(PeerSession session, Question question) throws SQLException {
    return switch (question.fault()) {
      case "AutovacuumLag", "TableBloat" -> due(session, question, DUE_FOR_VACUUM);
      case "StaleStatistics" -> due(session, question, DUE_FOR_ANALYZE);
      case "Wraparound" -> due(session, question, DUE_FOR_FREEZING);
      default -> Answer.NO_RULE;
    };
  }

  private static Answer due(PeerSession session, Question question, String sql)
      throws SQLException {
    return question.among(session.texts(sql), Answer.REPAIRED);
  }

  private static String enabled() {
    return "current_setting('autovacuum')::bool AND coalesce((%s)::bool, true)"
        .formatted(ofTable("autovacuum_enabled"));
  }

  /** A table's storage parameter overrides the server's setting. */
  private static String option(String name) {
    return "coalesce((%s), current_setting('%s'))::float8".formatted(ofTable(name), name);
  }

  private static String ofTable(String name) {
    return "SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = '%s'"
        .formatted(name);
  }
}
