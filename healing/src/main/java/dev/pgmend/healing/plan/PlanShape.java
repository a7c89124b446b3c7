// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Structure of a plan without its numbers: operators, joins, and the access to each table. Two
 * plans have the same shape if they print alike.
 *
 * @param text a line per operator, indented as EXPLAIN does, such as {@code Index Scan using
 *     visits_pkey on public.visits}
 * @param accesses the tables that are read or written, in the order of the plan
 * @param settings planner settings that differ from the built-in defaults
 */
public record PlanShape(String text, List<Access> accesses, Map<String, String> settings) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INDENT = "  ";

  public PlanShape {
    accesses = List.copyOf(accesses);
    settings = Map.copyOf(settings);
  }

  /**
   * The way to one table.
   *
   * @param via the operator, such as {@code Seq Scan}
   * @param index without its schema, which is its table's; empty where none is used
   */
  public record Access(String schema, String relation, String via, String index) {}

  /**
   * Reads the output of {@code EXPLAIN (VERBOSE, SETTINGS, FORMAT JSON)}.
   *
   * @throws IllegalArgumentException if the text is not that
   */
  public static PlanShape parse(String explained) {
    try {
      var statement = JSON.readTree(explained).path(0);
      if (!statement.path("Plan").isObject()) {
        throw new IllegalArgumentException("no Plan in what should be EXPLAIN's JSON");
      }
      var lines = new ArrayList<String>();
      var accesses = new ArrayList<Access>();
      read(statement.path("Plan"), "", new Place("", ""), lines, accesses);
      var settings = new TreeMap<String, String>();
      statement
          .path("Settings")
          .properties()
          .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
      // These are our own session's doing.
      settings.remove("search_path");
      settings.remove("plan_cache_mode");
      return new PlanShape(String.join("\n", lines), accesses, settings);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * The table that an operator is on; a bitmap's indexes do not show it, but are below its scan.
   */
  private record Place(String schema, String relation) {}

  private static void read(
      JsonNode node, String indent, Place above, List<String> lines, List<Access> accesses) {
    var relation = node.path("Relation Name").asText("");
    var place = relation.isEmpty() ? above : new Place(node.path("Schema").asText(""), relation);
    lines.add(indent + line(node, place));
    var index = node.path("Index Name").asText("");
    if (!relation.isEmpty() || !index.isEmpty()) {
      accesses.add(new Access(place.schema, place.relation, type(node), index));
    }
    for (var child : node.path("Plans")) {
      read(child, indent + INDENT, place, lines, accesses);
    }
  }

  private static String line(JsonNode node, Place place) {
    var line = new StringBuilder(type(node));
    var index = node.path("Index Name").asText("");
    var subplan = node.path("Subplan Name").asText("");
    if (!index.isEmpty()) {
      line.append(" using ").append(index);
    }
    if (node.has("Relation Name")) {
      line.append(" on ").append(place.schema).append('.').append(place.relation);
    }
    return subplan.isEmpty() ? line.toString() : subplan + ": " + line;
  }

  /** The wording of EXPLAIN's text format. */
  private static String type(JsonNode node) {
    var type = node.path("Node Type").asText("");
    var join = node.path("Join Type").asText("Inner");
    var operation = node.path("Operation").asText("");
    var strategy = node.path("Strategy").asText("");
    var partial = node.path("Partial Mode").asText("Simple");
    var prefix = partial.equals("Simple") ? "" : partial + " ";
    return switch (type) {
      case "ModifyTable" -> operation;
      case "Aggregate" ->
          prefix
              + switch (strategy) {
                case "Sorted" -> "GroupAggregate";
                case "Hashed" -> "HashAggregate";
                case "Mixed" -> "MixedAggregate";
                default -> "Aggregate";
              };
      case "Nested Loop", "Hash Join", "Merge Join" ->
          join.equals("Inner") ? type : type + " " + join;
      default -> type;
    };
  }
}
