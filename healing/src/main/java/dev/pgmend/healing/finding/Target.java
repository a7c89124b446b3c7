// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.finding;

import dev.pgmend.healing.postgres.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The object of a finding or a repair: the server, or a database and the parts below it that apply.
 * Names are as in the catalog, unquoted; a part that does not apply is empty.
 *
 * @param database empty for the whole server
 * @param parameter a setting, such as {@code work_mem}
 * @param object what is no relation, by kind and name, such as {@code slot standby_2}
 */
public record Target(
    String database,
    String schema,
    String relation,
    String index,
    List<String> columns,
    String parameter,
    String object) {

  public Target {
    columns = List.copyOf(columns);
  }

  public static Target table(String database, String schema, String relation) {
    return new Target(database, schema, relation, "", List.of(), "", "");
  }

  public static Target index(String database, String schema, String relation, String index) {
    return new Target(database, schema, relation, index, List.of(), "", "");
  }

  public static Target columns(
      String database, String schema, String relation, List<String> columns) {
    return new Target(database, schema, relation, "", columns, "", "");
  }

  public static Target database(String database) {
    return new Target(database, "", "", "", List.of(), "", "");
  }

  /** The server as a whole. */
  public static Target server() {
    return database("");
  }

  /** A setting of the server. */
  public static Target parameter(String parameter) {
    return parameter("", parameter);
  }

  /** A setting of one database. */
  public static Target parameter(String database, String parameter) {
    return new Target(database, "", "", "", List.of(), parameter, "");
  }

  /** Something of the server that is no relation. */
  public static Target object(String kind, String name) {
    return object("", kind, name);
  }

  /** Something of a database that is no relation. */
  public static Target object(String database, String kind, String name) {
    return new Target(database, "", "", "", List.of(), "", kind + " " + name);
  }

  /** Whether both are about one relation, or something of it. */
  public boolean sharesRelationWith(Target other) {
    return !relation.isEmpty()
        && database.equals(other.database)
        && schema.equals(other.schema)
        && relation.equals(other.relation);
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
    if (!parameter.isEmpty()) {
      return parameter;
    }
    if (!object.isEmpty()) {
      return object;
    }
    if (relation.isEmpty()) {
      return database.isEmpty() ? "server" : database;
    }
    var detail = new StringJoiner(", ", "(", ")").setEmptyValue("");
    if (!index.isEmpty()) {
      detail.add(index);
    }
    columns.forEach(detail::add);
    return schema + "." + relation + detail;
  }
}
