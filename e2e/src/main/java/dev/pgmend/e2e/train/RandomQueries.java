// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import dev.pgmend.e2e.train.SampledSchema.Column;
import dev.pgmend.e2e.train.SampledSchema.Join;
import dev.pgmend.e2e.train.SampledSchema.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Random queries over a schema: joins along its keys, conditions that match rows, aggregates,
 * sorts, limits, windows, CTEs and subqueries. The same seed gives the same queries.
 */
final class RandomQueries {
  private static final int MAX_TABLES = 5;

  private final SampledSchema schema;
  private final RandomGenerator random;

  RandomQueries(SampledSchema schema, RandomGenerator random) {
    this.schema = schema;
    this.random = random;
  }

  /** A table in a query. */
  private record Source(String table, String alias) {}

  /** Tables, joined, with conditions. */
  private record From(List<Source> sources, String joined, List<String> conditions) {
    String text() {
      return conditions.isEmpty()
          ? " FROM " + joined
          : " FROM " + joined + " WHERE " + String.join(" AND ", conditions);
    }
  }

  String next() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> aggregate();
      case 3, 4 -> listing();
      case 5 -> total();
      case 6 -> distinct();
      case 7 -> window();
      case 8 -> commonTable();
      case 9 -> union();
      case 10 -> aboveAverage();
      default -> perRow();
    };
  }

  private String aggregate() {
    var from = from(MAX_TABLES);
    var group = groupColumn(from);
    var having = chance(0.2) ? " HAVING count(*) > " + random.nextInt(1, 20) : "";
    var order = chance(0.5) ? " ORDER BY " + (chance(0.5) ? "2 DESC" : "1") : "";
    return "SELECT %s, %s%s GROUP BY 1%s%s%s"
        .formatted(group, measures(from), from.text(), having, order, limit(0.4));
  }

  private String listing() {
    var from = from(4);
    var columns = columns(from, random.nextInt(1, 5));
    var order = chance(0.6) ? " ORDER BY " + anyColumn(from) + (chance(0.5) ? " DESC" : "") : "";
    return "SELECT %s%s%s%s".formatted(columns, from.text(), order, limit(0.6));
  }

  private String total() {
    var from = from(MAX_TABLES);
    return "SELECT " + measures(from) + from.text();
  }

  private String distinct() {
    var from = from(3);
    return "SELECT DISTINCT %s%s%s".formatted(columns(from, 2), from.text(), limit(0.3));
  }

  private String window() {
    var from = from(3);
    var rank =
        "rank() OVER (PARTITION BY %s ORDER BY %s)".formatted(groupColumn(from), anyColumn(from));
    return "SELECT * FROM (SELECT %s AS a, %s AS place%s) ranked WHERE place <= %d"
        .formatted(anyColumn(from), rank, from.text(), random.nextInt(1, 10));
  }

  private String commonTable() {
    var from = from(3);
    var group = groupColumn(from);
    return ("WITH grouped AS MATERIALIZED (SELECT %s AS g, count(*) AS n%s GROUP BY 1)"
            + " SELECT a.g, a.n, b.n FROM grouped a JOIN grouped b ON a.n = b.n"
            + " WHERE a.n >= (SELECT avg(n) FROM grouped) ORDER BY a.n DESC%s")
        .formatted(group, from.text(), limit(0.5));
  }

  private String union() {
    var from = from(2);
    var other = new From(from.sources(), from.joined(), conditions(from.sources(), 2));
    var column = anyColumn(from);
    var words = List.of("UNION ALL", "UNION", "INTERSECT", "EXCEPT");
    return "SELECT count(*) FROM (SELECT %s%s %s SELECT %s%s) both_parts"
        .formatted(column, from.text(), pick(words), column, other.text());
  }

  private String aboveAverage() {
    var from = from(3);
    var source = pick(from.sources());
    var column = numberColumn(source.table());
    var conditions = new ArrayList<>(from.conditions());
    conditions.add(
        "%s.%s > (SELECT avg(%s) FROM %s)"
            .formatted(source.alias(), column, column, source.table()));
    return "SELECT count(*), max(%s.%s)%s"
        .formatted(
            source.alias(), column, new From(from.sources(), from.joined(), conditions).text());
  }

  /** A query with a correlated subquery. */
  private String perRow() {
    var join = pick(schema.joins());
    var outer = new Source(join.rightTable(), "o");
    var conditions = conditions(List.of(outer), 2);
    var text = " FROM %s o".formatted(outer.table());
    var where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    return "SELECT o.%s, (SELECT count(*) FROM %s i WHERE i.%s = o.%s)%s%s LIMIT %d"
        .formatted(
            join.rightColumn(),
            join.leftTable(),
            join.leftColumn(),
            join.rightColumn(),
            text,
            where,
            random.nextInt(1, 60));
  }

  private From from(int mostTables) {
    var sources = new ArrayList<Source>();
    sources.add(new Source(pick(List.copyOf(schema.tables().keySet())), "t0"));
    var joined = new StringBuilder(sources.getFirst().table()).append(" t0");
    int wanted = random.nextInt(1, mostTables + 1);
    var semi = new ArrayList<String>();
    for (int tries = 0; sources.size() < wanted && tries < 3 * wanted; tries++) {
      var join = pick(schema.joins());
      var from = pick(sources);
      boolean forward = join.leftTable().equals(from.table());
      if (!forward && !join.rightTable().equals(from.table())) {
        continue;
      }
      var next = new Source(forward ? join.rightTable() : join.leftTable(), "t" + sources.size());
      var condition = condition(join, forward, from, next);
      if (chance(0.2)) {
        semi.add(
            "%sEXISTS (SELECT 1 FROM %s %s WHERE %s)"
                .formatted(chance(0.3) ? "NOT " : "", next.table(), next.alias(), condition));
        break;
      }
      joined
          .append(chance(0.15) ? " LEFT JOIN " : " JOIN ")
          .append(next.table() + " " + next.alias() + " ON " + condition);
      sources.add(next);
    }
    var conditions = conditions(sources, 3);
    conditions.addAll(semi);
    return new From(sources, joined.toString(), conditions);
  }

  private static String condition(Join join, boolean forward, Source from, Source next) {
    return forward
        ? "%s.%s = %s.%s"
            .formatted(from.alias(), join.leftColumn(), next.alias(), join.rightColumn())
        : "%s.%s = %s.%s"
            .formatted(from.alias(), join.rightColumn(), next.alias(), join.leftColumn());
  }

  private List<String> conditions(List<Source> sources, int most) {
    var conditions = new ArrayList<String>();
    int wanted = random.nextInt(0, most + 1);
    for (int i = 0; i < wanted; i++) {
      var source = pick(sources);
      var column = pick(schema.columns(source.table()));
      if (!column.literals().isEmpty()) {
        conditions.add(condition(source.alias() + "." + column.name(), column));
      }
    }
    return conditions;
  }

  private String condition(String name, Column column) {
    var value = pick(column.literals());
    return switch (random.nextInt(6)) {
      case 0, 1 -> name + " = " + value;
      case 2 ->
          "%s IN (%s)"
              .formatted(
                  name,
                  random
                      .ints(random.nextInt(2, 6), 0, column.literals().size())
                      .mapToObj(i -> column.literals().get(i))
                      .collect(Collectors.joining(", ")));
      case 3 ->
          column.kind() == Kind.TEXT
              ? name + " LIKE '%" + value.substring(1, Math.min(4, value.length() - 1)) + "%'"
              : name + (chance(0.5) ? " >= " : " < ") + value;
      case 4 -> "(%s = %s OR %s = %s)".formatted(name, value, name, pick(column.literals()));
      default -> {
        var other = pick(column.literals());
        yield column.kind() == Kind.NUMBER || column.kind() == Kind.TIME
            ? "%s BETWEEN LEAST(%s::%s, %s) AND GREATEST(%s::%s, %s)"
                .formatted(name, value, cast(column), other, value, cast(column), other)
            : name + " <> " + value;
      }
    };
  }

  private static String cast(Column column) {
    return column.kind() == Kind.NUMBER ? "numeric" : "timestamp";
  }

  private String measures(From from) {
    var measures = new ArrayList<String>();
    int wanted = random.nextInt(1, 4);
    for (int i = 0; i < wanted; i++) {
      var source = pick(from.sources());
      var column = source.alias() + "." + numberColumn(source.table());
      measures.add(
          pick(List.of("count(*)", "sum(%s)", "avg(%s)", "min(%s)", "count(DISTINCT %s)"))
              .formatted(column));
    }
    return String.join(", ", measures);
  }

  private String numberColumn(String table) {
    var numbers = schema.columns(table).stream().filter(c -> c.kind() == Kind.NUMBER).toList();
    return pick(numbers).name();
  }

  private String groupColumn(From from) {
    var source = pick(from.sources());
    var columns = schema.columns(source.table());
    var few = columns.stream().filter(Column::isGroup).toList();
    return source.alias() + "." + pick(few.isEmpty() || chance(0.2) ? columns : few).name();
  }

  private String anyColumn(From from) {
    var source = pick(from.sources());
    return source.alias() + "." + pick(schema.columns(source.table())).name();
  }

  private String columns(From from, int count) {
    var columns = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      columns.add(anyColumn(from));
    }
    return String.join(", ", columns);
  }

  private String limit(double probability) {
    return chance(probability) ? " LIMIT " + pick(List.of(1, 10, 50, 100, 1000)) : "";
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
