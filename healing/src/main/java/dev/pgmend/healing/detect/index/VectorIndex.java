// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.index;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.postgres.Identifiers;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * An approximate index of pgvector.
 *
 * @param key the expression that is indexed, as SQL
 * @param condition of a partial index, as SQL; empty if it has all rows
 * @param operator the distance that it orders by, as SQL
 * @param fileNode another one once it was rebuilt
 * @param rows of the table, as the server last counted them
 * @param lists of an ivfflat index; 0 for others
 * @param tableBytes what one exact search reads
 * @param table the OID of its table
 */
record VectorIndex(
    Target target,
    Method method,
    String key,
    Optional<String> condition,
    String operator,
    long fileNode,
    long rows,
    long lists,
    long sizeBytes,
    long tableBytes,
    boolean readable,
    boolean locked,
    long table) {

  /** Its method of approximation, and the setting for the thoroughness of a search. */
  enum Method {
    HNSW("hnsw", "hnsw.ef_search", 40, 400),
    IVFFLAT("ivfflat", "ivfflat.probes", 1, 1_000);

    private final String accessMethod;
    private final String parameter;
    private final int byDefault;
    private final int max;

    Method(String accessMethod, String parameter, int byDefault, int max) {
      this.accessMethod = accessMethod;
      this.parameter = parameter;
      this.byDefault = byDefault;
      this.max = max;
    }

    String parameter() {
      return parameter;
    }

    int byDefault() {
      return byDefault;
    }

    static Method of(String accessMethod) {
      return accessMethod.equals(HNSW.accessMethod) ? HNSW : IVFFLAT;
    }
  }

  private static final int DEFAULT_LISTS = 100;

  private static final String SQL =
      """
      SELECT n.nspname, t.relname, c.relname, m.amname, pg_get_indexdef(c.oid, 1, true),
             coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
             format('OPERATOR(%%I.%%s)', pn.nspname, p.oprname),
             pg_relation_filenode(c.oid), greatest(t.reltuples, 0)::bigint,
             coalesce((SELECT split_part(o, '=', 2)::int FROM unnest(c.reloptions) o
                        WHERE o LIKE 'lists=%%'), ?),
             %1$s, %2$s,
             CASE WHEN %3$s THEN 0 ELSE pg_table_size(t.oid) END,
             has_table_privilege(t.oid, 'SELECT') AND NOT row_security_active(t.oid),
             t.oid::bigint
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
        JOIN pg_am m ON m.oid = c.relam AND m.amname IN ('hnsw', 'ivfflat')
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        JOIN pg_opclass oc ON oc.oid = i.indclass[0]
        JOIN pg_amop ao
          ON ao.amopfamily = oc.opcfamily AND ao.amoppurpose = 'o' AND ao.amopstrategy = 1
         AND ao.amoplefttype = oc.opcintype
        JOIN pg_operator p ON p.oid = ao.amopopr
        JOIN pg_namespace pn ON pn.oid = p.oprnamespace
       WHERE i.indisvalid AND t.reltuples >= ? AND %4$s
       ORDER BY t.reltuples DESC, c.oid
      """
          .formatted(
              UserObjects.bytes("c"),
              UserObjects.locked("t"),
              UserObjects.locked("t"),
              UserObjects.own("t"));

  static List<VectorIndex> read(Inspection inspection, double minRows) throws SQLException {
    return inspection
        .session()
        .query(
            SQL,
            row ->
                new VectorIndex(
                    Target.index(
                        inspection.database(),
                        row.getString(1),
                        row.getString(2),
                        row.getString(3)),
                    Method.of(row.getString(4)),
                    row.getString(5),
                    Optional.of(row.getString(6)).filter(text -> !text.isEmpty()),
                    row.getString(7),
                    row.getLong(8),
                    row.getLong(9),
                    Method.of(row.getString(4)) == Method.IVFFLAT ? row.getLong(10) : 0,
                    row.getLong(11),
                    row.getLong(13),
                    row.getBoolean(14),
                    row.getBoolean(12),
                    row.getLong(15)),
            DEFAULT_LISTS,
            minRows);
  }

  /** The table without those that inherit from it, whose rows are not in the index. */
  String quotedTable() {
    return "ONLY " + Identifiers.quote(target.schema(), target.relation());
  }

  /** Condition for the rows in the index. */
  String indexed() {
    return "%s IS NOT NULL%s".formatted(key, condition.map(c -> " AND (" + c + ")").orElse(""));
  }

  /** The highest sensible value of its setting. */
  long maxThoroughness() {
    return method == Method.IVFFLAT ? Math.min(method.max, Math.max(1, lists)) : method.max;
  }
}
