// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.crash;

import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import java.util.List;

/**
 * Everything that repairs change, as lines of text: of two databases with the same fault, one of
 * which was mended by a process that died again and again, they must be the same.
 *
 * @param state what is there
 * @param work what was done to get there, where doing it twice costs time
 */
record Picture(List<String> state, List<String> work) {
  private static final String STATE =
      """
      SELECT 'index ' || pg_get_indexdef(c.oid) || CASE WHEN indisvalid THEN '' ELSE ' invalid' END
        FROM pg_index JOIN pg_class c ON c.oid = indexrelid
       WHERE c.relnamespace = 'public'::regnamespace
      UNION ALL
      SELECT 'comment ' || concat_ws(' ', objoid::regclass, description)
        FROM pg_description
       WHERE objoid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
      UNION ALL
      SELECT 'option ' || relname || ' ' || option
        FROM pg_class, unnest(reloptions) option
       WHERE relnamespace = 'public'::regnamespace
      UNION ALL
      SELECT 'sequence ' || concat_ws(' ', seqrelid::regclass, seqtypid::regtype, seqmax)
        FROM pg_sequence
      UNION ALL
      SELECT 'statistics ' || pg_get_statisticsobjdef(s.oid) || ' '
             || coalesce(nullif(to_jsonb(s) ->> 'stxstattarget', '-1'), 'default')
             || CASE WHEN EXISTS (SELECT 1 FROM pg_statistic_ext_data d WHERE d.stxoid = s.oid)
                     THEN ' filled' ELSE ' empty' END
        FROM pg_statistic_ext s
      UNION ALL
      SELECT 'collation ' || concat_ws(' ', collname, collversion)
        FROM pg_collation WHERE collnamespace = 'public'::regnamespace
      UNION ALL
      SELECT 'for the database ' || c
        FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase,
             unnest(s.setconfig) c
       WHERE d.datname = current_database()
      UNION ALL
      SELECT 'in file ' || concat_ws(' ', regexp_replace(sourcefile, '.*/', ''), name, setting)
        FROM pg_file_settings WHERE name = %1$s
      UNION ALL
      SELECT 'in force ' || current_setting(nullif(%1$s, ''), true)
      UNION ALL
      SELECT 'sessions ' || state || ' ' || count(*)
        FROM pg_stat_activity
       WHERE datname = current_database() AND backend_type = 'client backend'
         AND pid <> pg_backend_pid() AND application_name NOT LIKE 'pgmend/%%'
       GROUP BY state
      UNION ALL
      SELECT 'table ' || relname || ' '
             || query_to_xml(
                  format('SELECT count(*) AS rows, sum(hashtext(t::text)) AS sum FROM %%s t',
                         oid::regclass), false, true, '')
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
       ORDER BY 1
      """;

  private static final String WORK =
      """
      SELECT concat_ws(' ', relname, 'vacuumed', vacuum_count, 'analyzed', analyze_count)
        FROM pg_stat_user_tables
      UNION ALL
      SELECT sum(calls) || ' times ' || query
        FROM pg_stat_statements
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND query ~ '^(/\\* pgmend \\*/ )?(REINDEX|CREATE INDEX|DROP INDEX|VACUUM|ANALYZE)'
         AND query LIKE '%/* pgmend */'
       GROUP BY query
      UNION ALL
      SELECT DISTINCT query
        FROM pg_stat_statements
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND query LIKE '%pg_reload_conf()%/* pgmend */'
       ORDER BY 1
      """;

  /**
   * @param parameter the setting of the server that matters; may be empty
   */
  static Picture of(TestDatabase database, String parameter) {
    Faults.flushStatistics(database);
    return new Picture(
        database.texts(STATE.formatted(Identifiers.literal(parameter))), database.texts(WORK));
  }
}
