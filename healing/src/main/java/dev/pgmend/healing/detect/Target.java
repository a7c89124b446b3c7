package dev.pgmend.healing.detect;

import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What a finding or a repair is about: a database, and as much below it as applies. Names are as in
 * the catalog, unquoted; a part that does not apply is empty.
 */
public record Target(
    String database, String schema, String relation, String index, List<String> columns) {

  public Target {
    columns = List.copyOf(columns);
  }

  public static Target table(String database, String schema, String relation) {
    return new Target(database, schema, relation, "", List.of());
  }

  public static Target index(String database, String schema, String relation, String index) {
    return new Target(database, schema, relation, index, List.of());
  }

  public static Target columns(
      String database, String schema, String relation, List<String> columns) {
    return new Target(database, schema, relation, "", columns);
  }

  public static Target database(String database) {
    return new Target(database, "", "", "", List.of());
  }

  /** {@code "schema"."relation"}, ready for SQL; empty if there is no relation. */
  public Optional<String> qualifiedRelation() {
    return relation.isEmpty() || schema.isEmpty()
        ? Optional.empty()
        : Optional.of(Identifiers.quote(schema, relation));
  }

  /** For people: {@code schema.relation(index)} or what there is of it. */
  @Override
  public String toString() {
    if (relation.isEmpty()) {
      return database;
    }
    var detail = new StringJoiner(", ", "(", ")").setEmptyValue("");
    if (!index.isEmpty()) {
      detail.add(index);
    }
    columns.forEach(detail::add);
    return schema + "." + relation + detail;
  }
}
