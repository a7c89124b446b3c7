// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import com.google.auto.service.AutoService;
import java.sql.SQLException;

/**
 * The warnings of PgHero's pages, for one database and its primary. What PgHero only shows
 * (settings, dead rows, sizes) counts as no rule.
 */
@AutoService(Peer.class)
public final class PgHero implements Peer {
  /** Indexes that no covering index of the same kind makes redundant are kept. */
  private static final String DUPLICATES =
      """
      WITH plain AS (
        SELECT n.nspname || '.' || t.relname AS place, c.relname AS name, i.indrelid, c.relam,
               i.indisunique AS is_unique,
               (SELECT array_agg(pg_get_indexdef(c.oid, k, false) ORDER BY k)
                  FROM generate_series(1, i.indnatts) k) AS columns,
               coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS expressions,
               coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS condition
          FROM pg_index i
          JOIN pg_class c ON c.oid = i.indexrelid
          JOIN pg_class t ON t.oid = i.indrelid
          JOIN pg_namespace n ON n.oid = t.relnamespace
         WHERE i.indisvalid AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
      )
      SELECT u.place || '(' || u.name || ')'
        FROM plain u
        JOIN plain c
          ON c.indrelid = u.indrelid AND c.name <> u.name AND c.relam = u.relam
         AND c.expressions = u.expressions AND c.condition = u.condition
         AND c.columns[1:cardinality(u.columns)] = u.columns
       WHERE NOT u.is_unique AND (c.columns <> u.columns OR u.name > c.name OR c.is_unique)
      """;

  private static final String INVALID =
      """
      SELECT schemaname || '.' || s.relname || '(' || s.indexrelname || ')'
        FROM pg_stat_user_indexes s
        JOIN pg_index i ON i.indexrelid = s.indexrelid
       WHERE NOT i.indisvalid
         AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a
                          WHERE a.state <> 'idle' AND a.query ~* 'CREATE\\s+INDEX\\s+CONCURRENTLY'
                            AND a.query LIKE '%' || s.relname || '%')
      """;

  private static final String UNUSED =
      """
      SELECT schemaname || '.' || s.relname || '(' || s.indexrelname || ')'
        FROM pg_stat_user_indexes s
        JOIN pg_index i ON i.indexrelid = s.indexrelid
       WHERE NOT i.indisunique AND s.idx_scan = 0
         AND pg_relation_size(i.indexrelid) >= pg_size_bytes(?)
      """;

  /**
   * The estimate from the widths of columns: eight bytes for the tuple's header, its columns
   * rounded up to eight, four for its pointer, pages of 8192 bytes less 24, and one page more.
   */
  private static final String BLOATED =
      """
      SELECT n.nspname || '.' || t.relname || '(' || c.relname || ')'
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree'
        JOIN LATERAL (
               SELECT sum((1 - s.null_frac) * s.avg_width) AS width,
                      max(s.null_frac) > 0 AS nullable
                 FROM pg_attribute v
                 JOIN pg_stats s
                   ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = v.attname
                WHERE v.attrelid = t.oid AND v.attnum = ANY (i.indkey::int2[]) AND v.attnum > 0
             ) w ON w.width IS NOT NULL
       WHERE 8192 * (c.relpages - 1
               - ceil(c.reltuples * (4 + (CASE WHEN w.nullable THEN 4 ELSE 8 END)
                                       + 8 * ceil(w.width / 8)) / (8192 - 24)))
             >= pg_size_bytes(?)
      """;

  /** Uses the type of the column only; a narrower sequence is not detected. */
  private static final String SEQUENCES =
      """
      SELECT DISTINCT s.schemaname || '.' || s.sequencename
        FROM pg_sequences s
        JOIN pg_class c ON c.relname = s.sequencename AND c.relkind = 'S'
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname
        JOIN pg_depend d
          ON d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
          OR d.refobjid = c.oid AND d.classid = 'pg_attrdef'::regclass
        LEFT JOIN pg_attrdef f ON f.oid = d.objid AND d.classid = 'pg_attrdef'::regclass
        JOIN pg_attribute a
          ON a.attrelid = coalesce(f.adrelid, d.refobjid)
         AND a.attnum = coalesce(f.adnum, d.refobjsubid)
       WHERE s.last_value::float8 > 0.9 *
             CASE format_type(a.atttypid, a.atttypmod)
               WHEN 'smallint' THEN 32767 WHEN 'integer' THEN 2147483647
               ELSE 9223372036854775807 END
      """;

  /** At 1.5 billion transactions left of 2,146,483,648. */
  private static final String WRAPAROUND =
      """
      SELECT n.nspname || '.' || c.relname
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
       WHERE c.relkind = 'r'
         AND greatest(age(c.relfrozenxid), age(t.relfrozenxid)) > ?::float8
      """;

  private static final String LONG_RUNNING =
      """
      SELECT 'session ' || pid
        FROM pg_stat_activity
       WHERE state <> 'idle' AND pid <> pg_backend_pid() AND datname = current_database()
         AND backend_type <> 'walsender'
         AND now() - coalesce(query_start, xact_start) > make_interval(secs => ?::float8)
      """;

  private static final String CONNECTIONS =
      """
      SELECT 'server' FROM pg_stat_activity
      HAVING count(*) >= 500 OR count(*) FILTER (WHERE state = 'idle in transaction') >= 100
      """;

  private static final String SLOTS =
      "SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE NOT active";

  /**
   * Of statements that take 20 ms and were called 50 times: tables from 500 rows, and columns of
   * which one value leaves 30% of the rows or less. PgHero parses which column a statement
   * compares; here it is enough that its name follows WHERE in the text.
   */
  private static final String SUGGESTED =
      """
      SELECT DISTINCT s.schemaname || '.' || s.tablename || '(' || s.attname || ')'
        FROM pg_stat_statements q
        JOIN pg_stats s ON q.query ~* ('\\mwhere\\M.*\\m' || s.attname || '\\M')
                       AND q.query ~* ('\\m' || s.tablename || '\\M') AND q.query !~* '\\mjoin\\M'
        JOIN pg_class c ON c.oid = to_regclass(format('%I.%I', s.schemaname, s.tablename))
       WHERE q.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND q.mean_exec_time >= 20 AND q.calls >= 50
         AND s.schemaname = 'public' AND c.reltuples >= 500
         AND (s.n_distinct < 0 OR s.n_distinct >= 1 / 0.3)
      """;

  @Override
  public String name() {
    return "PgHero";
  }

  @Override
  public String source() {
    return "ankane/pghero 4.0.1, lib/pghero/methods and home_controller.rb at 7edb579";
  }

  @Override
  public Answer answer(PeerSession session, Question question) throws SQLException {
    return switch (question.fault()) {
      case "DuplicateIndex" -> found(question, session, DUPLICATES);
      case "InvalidIndex" -> found(question, session, INVALID);
      case "UnusedIndex" -> found(question, session, UNUSED, question.size("minSize", "10MB"));
      case "IndexBloat" -> found(question, session, BLOATED, question.size("minSaving", "100MB"));
      case "MissingForeignKeyIndex" -> found(question, session, SUGGESTED);
      case "SequenceExhaustion" -> found(question, session, SEQUENCES);
      case "Wraparound" ->
          found(question, session, WRAPAROUND, question.threshold("warnXidAge", "646483648"));
      case "BlockingSession" ->
          found(question, session, LONG_RUNNING, question.seconds("warnBlocked", "60"));
      case "ConnectionSaturation" -> found(question, session, CONNECTIONS);
      case "SlotRetention" -> found(question, session, SLOTS);
      default -> Answer.NO_RULE;
    };
  }

  private static Answer found(
      Question question, PeerSession session, String sql, Object... parameters)
      throws SQLException {
    return question.among(session.texts(sql, parameters), Answer.FOUND);
  }
}
