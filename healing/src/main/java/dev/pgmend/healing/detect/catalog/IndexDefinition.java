// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.catalog;

import dev.pgmend.healing.detect.Evidence;
import dev.pgmend.healing.repair.DropIndexConcurrently;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is needed to create an index again as it is.
 *
 * @param create what pg_get_indexdef gives and, where we may use it, the tablespace
 * @param comment empty if there is none
 * @param targets statistics targets of its columns other than the default, as {@code 1=500,3=100}
 */
public record IndexDefinition(String create, String comment, String targets) {
  /** So many columns of a query has a definition. */
  public static final int COLUMNS = 3;

  /**
   * Columns of a query that {@link #read} takes. A tablespace stands before the condition, which
   * ends the definition.
   *
   * @param index alias of its row in pg_index
   * @param relation alias of its row in pg_class
   */
  public static String columns(String index, String relation) {
    return """
    (SELECT CASE WHEN s.text IS NULL THEN d.text
                 WHEN w.text = '' THEN d.text || s.text
                 WHEN right(d.text, length(w.text)) = w.text
                 THEN left(d.text, -length(w.text)) || s.text || w.text
                 ELSE d.text END
       FROM (SELECT pg_get_indexdef(%2$s.oid) AS text) d,
            (SELECT coalesce(' WHERE ' || pg_get_expr(%1$s.indpred, %1$s.indrelid), '')
               AS text) w,
            (SELECT (SELECT format(' TABLESPACE %%I', p.spcname) FROM pg_tablespace p
                      WHERE p.oid = %2$s.reltablespace
                        AND has_tablespace_privilege(p.oid, 'CREATE')) AS text) s),
    coalesce(obj_description(%2$s.oid, 'pg_class'), ''),
    coalesce((SELECT string_agg(a.attnum || '=' || a.attstattarget, ',' ORDER BY a.attnum)
                FROM pg_attribute a
               WHERE a.attrelid = %2$s.oid AND a.attstattarget >= 0), '')\
    """
        .formatted(index, relation);
  }

  /**
   * @param first of the {@link #COLUMNS}, counted from 1
   */
  public static IndexDefinition read(ResultSet row, int first) throws SQLException {
    return new IndexDefinition(
        row.getString(first), row.getString(first + 1), row.getString(first + 2));
  }

  /** What {@link #evidence()} may hold. */
  public static final List<Evidence> EVIDENCE =
      List.of(
          new Evidence(DropIndexConcurrently.DEFINITION, "SQL", "the statement that creates it"),
          new Evidence(DropIndexConcurrently.COMMENT, "text", "its comment, if it has one"),
          new Evidence(
              DropIndexConcurrently.STATISTICS_TARGETS,
              "text",
              "statistics targets of its columns, as `1=500,3=100`, if they are not the default"));

  public Map<String, String> evidence() {
    var evidence = new LinkedHashMap<String, String>();
    evidence.put(DropIndexConcurrently.DEFINITION, create);
    if (!comment.isEmpty()) {
      evidence.put(DropIndexConcurrently.COMMENT, comment);
    }
    if (!targets.isEmpty()) {
      evidence.put(DropIndexConcurrently.STATISTICS_TARGETS, targets);
    }
    return evidence;
  }
}
