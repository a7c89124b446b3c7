// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tables of a database with a sample of their values, so that conditions match rows. */
record SampledSchema(Map<String, List<Column>> tables, List<Join> joins) {
  private static final String COLUMNS =
      """
      SELECT c.relname, a.attname, t.typcategory, t.typname, coalesce(s.n_distinct, -1)
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_stats s
          ON s.schemaname = 'public' AND s.tablename = c.relname AND s.attname = a.attname
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND t.typname <> 'bytea'
       ORDER BY c.relname, a.attnum
      """;
  private static final int SAMPLES = 40;

  /**
   * A column.
   *
   * @param kind the kind of its type
   * @param isGroup whether it has few values
   * @param literals SQL literals of values that occur
   */
  record Column(String name, Kind kind, boolean isGroup, List<String> literals) {}

  enum Kind {
    NUMBER,
    TIME,
    TEXT,
    OTHER
  }

  /** Two columns that are joined. */
  record Join(String leftTable, String leftColumn, String rightTable, String rightColumn) {
    static Join of(String text) {
      var parts = text.split("[.=]", -1);
      return new Join(parts[0], parts[1], parts[2], parts[3]);
    }
  }

  /** The columns of a table. */
  List<Column> columns(String table) {
    return tables.getOrDefault(table, List.of());
  }

  static SampledSchema read(Connection connection, TrainingDatabase database) throws SQLException {
    var joins = database.joins().stream().map(Join::of).toList();
    var named = new TreeMap<String, List<Column>>();
    try (var statement = connection.createStatement()) {
      statement.execute("SELECT setseed(0.1)");
      var rows = new ArrayList<List<String>>();
      try (var result = statement.executeQuery(COLUMNS)) {
        while (result.next()) {
          rows.add(
              List.of(
                  result.getString(1),
                  result.getString(2),
                  result.getString(3),
                  result.getString(4),
                  result.getString(5)));
        }
      }
      var samples = new HashMap<String, Map<String, List<String>>>();
      for (var row : rows) {
        if (joins.stream()
            .noneMatch(
                j -> j.leftTable().equals(row.get(0)) || j.rightTable().equals(row.get(0)))) {
          continue;
        }
        if (!samples.containsKey(row.get(0))) {
          samples.put(row.get(0), samples(connection, row.get(0)));
        }
        var literals = samples.get(row.get(0)).getOrDefault(row.get(1), List.of());
        double distinct = Double.parseDouble(row.get(4));
        named
            .computeIfAbsent(row.get(0), _ -> new ArrayList<>())
            .add(
                new Column(
                    row.get(1),
                    kind(row.get(2), row.get(3)),
                    distinct > 0 && distinct < 500,
                    literals));
      }
    }
    return new SampledSchema(named, joins);
  }

  private static Kind kind(String category, String type) {
    return switch (category) {
      case "N" -> Kind.NUMBER;
      case "D" -> type.equals("time") ? Kind.OTHER : Kind.TIME;
      case "S" -> Kind.TEXT;
      default -> Kind.OTHER;
    };
  }

  private static Map<String, List<String>> samples(Connection connection, String table)
      throws SQLException {
    var samples = new HashMap<String, List<String>>();
    try (var statement = connection.createStatement();
        var result =
            statement.executeQuery(
                "SELECT * FROM (SELECT * FROM %s LIMIT 20000) t ORDER BY random() LIMIT %d"
                    .formatted(table, SAMPLES))) {
      var names = result.getMetaData();
      while (result.next()) {
        for (int i = 1; i <= names.getColumnCount(); i++) {
          var value = result.getString(i);
          if (value != null) {
            samples
                .computeIfAbsent(names.getColumnName(i), _ -> new ArrayList<>())
                .add("'" + value.replace("'", "''") + "'");
          }
        }
      }
    }
    return samples;
  }
}
