// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.statistics;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.catalog.UserObjects;
import dev.pgmend.healing.postgres.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The columns that statements compare together, those of the costliest statements first, and then
 * those that an index holds together, the most used first.
 */
record ColumnPairs(Inspection inspection, double minTableRows) {
  private static final int STATEMENTS = 200;
  private static final int TABLES = 500;
  private static final int PAIRS = 300;
  private static final int TEXT_LENGTH = 10_000;
  private static final int SHOWN = 200;

  private static final String TABLE =
      """
      c.relkind = 'r' AND c.reltuples >= ? AND NOT row_security_active(c.oid)
      AND NOT %s AND %s
      """
          .formatted(UserObjects.locked("c"), UserObjects.own("c"));

  private static final String COLUMNS =
      """
      SELECT c.oid, n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE %s AND c.relname = ANY (?::text[]) AND a.attname = ANY (?::text[])
       GROUP BY 1, 2, 3
      HAVING count(*) > 1
       ORDER BY 1
       LIMIT ?
      """
          .formatted(TABLE);

  /** Only the leading columns of long indexes; a pair that is unique has one row per value. */
  private static final String INDEXED =
      """
      SELECT c.oid, n.nspname, c.relname, a.attname, b.attname
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a
          ON a.attrelid = c.oid
         AND a.attnum = ANY ((i.indkey::int2[])[0:least(i.indnkeyatts, 4) - 1])
        JOIN pg_attribute b
          ON b.attrelid = c.oid AND b.attnum > a.attnum
         AND b.attnum = ANY ((i.indkey::int2[])[0:least(i.indnkeyatts, 4) - 1])
        LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = i.indexrelid
       WHERE %s AND i.indnkeyatts > 1 AND i.indisvalid
         AND NOT (i.indisunique AND i.indnkeyatts = 2)
       GROUP BY 1, 2, 3, 4, 5
       ORDER BY max(s.idx_scan) DESC NULLS LAST, 1, 4, 5
       LIMIT ?
      """
          .formatted(TABLE);

  private record Table(long oid, String schema, String name, List<String> columns) {}

  Collection<ColumnPair> read() throws SQLException {
    var pairs = new LinkedHashMap<String, ColumnPair>();
    for (var pair : inStatements()) {
      pairs.putIfAbsent(key(pair), pair);
    }
    for (var pair : inIndexes()) {
      pairs.putIfAbsent(key(pair), pair);
    }
    return pairs.values();
  }

  private static String key(ColumnPair pair) {
    return String.join("\0", Long.toString(pair.table()), pair.first(), pair.second());
  }

  private List<ColumnPair> inIndexes() throws SQLException {
    return inspection
        .session()
        .query(
            INDEXED,
            row ->
                new ColumnPair(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    ""),
            minTableRows,
            PAIRS);
  }

  private List<ColumnPair> inStatements() throws SQLException {
    var statements = new LinkedHashMap<String, StatementPredicates>();
    for (var text : texts()) {
      var predicates = StatementPredicates.of(text);
      if (predicates.equal().values().stream().anyMatch(columns -> columns.size() > 1)) {
        statements.put(text, predicates);
      }
    }
    var tables = tables(statements.values());
    var pairs = new ArrayList<ColumnPair>();
    statements.forEach((text, predicates) -> {
      for (var name : predicates.names()) {
        for (var table : tables.getOrDefault(name, List.of())) {
          for (var columns : predicates.together(name, Set.copyOf(table.columns))) {
            pairs.addAll(pairs(table, columns, text));
          }
        }
      }
    });
    return pairs.subList(0, Math.min(PAIRS, pairs.size()));
  }

  private List<String> texts() throws SQLException {
    var schema = inspection.facts().schemaOf("pg_stat_statements");
    if (schema.isEmpty()) {
      return List.of();
    }
    return inspection
        .session()
        .query(
            """
            SELECT left(query, ?)
              FROM %s.pg_stat_statements
             WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND query ~* '\\mwhere\\M' AND query NOT LIKE ?
             ORDER BY total_exec_time DESC
             LIMIT ?
            """
                .formatted(schema.get()),
            row -> row.getString(1),
            TEXT_LENGTH,
            "%" + Session.MARK + "%",
            STATEMENTS);
  }

  /** Tables by name; several schemas can have a table of the same name. */
  private Map<String, List<Table>> tables(Collection<StatementPredicates> statements)
      throws SQLException {
    var names = new TreeSet<String>();
    var columns = new TreeSet<String>();
    for (var statement : statements) {
      names.addAll(statement.names());
      statement.equal().values().forEach(columns::addAll);
    }
    var tables = new TreeMap<String, List<Table>>();
    if (names.isEmpty()) {
      return tables;
    }
    var read =
        inspection
            .session()
            .query(
                COLUMNS,
                row ->
                    new Table(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        List.of((String[]) row.getArray(4).getArray())),
                minTableRows,
                List.copyOf(names),
                List.copyOf(columns),
                TABLES);
    for (var table : read) {
      tables.computeIfAbsent(table.name, _ -> new ArrayList<>()).add(table);
    }
    return tables;
  }

  /** In the order of the table's columns. */
  private static List<ColumnPair> pairs(Table table, Set<String> together, String text) {
    var columns = table.columns.stream().filter(together::contains).toList();
    var shown = text.replaceAll("\\s+", " ");
    var statement = shown.substring(0, Math.min(SHOWN, shown.length()));
    var pairs = new ArrayList<ColumnPair>();
    for (int i = 0; i < columns.size(); i++) {
      for (int j = i + 1; j < columns.size(); j++) {
        pairs.add(
            new ColumnPair(
                table.oid, table.schema, table.name, columns.get(i), columns.get(j), statement));
      }
    }
    return pairs;
  }
}
