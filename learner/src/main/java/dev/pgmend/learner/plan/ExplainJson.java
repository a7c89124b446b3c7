// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pgmend.healing.postgres.Literals;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Parses the output of {@code EXPLAIN (FORMAT JSON, VERBOSE, SETTINGS)} of Postgres 14 to 18. */
public final class ExplainJson {
  /** Attributes that are names or words of EXPLAIN's own; all other texts are expressions. */
  private static final Set<String> NAMES =
      Set.of(
          "Node Type",
          "Parent Relationship",
          "Subplan Name",
          "Strategy",
          "Partial Mode",
          "Operation",
          "Join Type",
          "Command",
          "Scan Direction",
          "Schema",
          "Relation Name",
          "Alias",
          "Index Name",
          "CTE Name",
          "Function Name",
          "Tuplestore Name",
          "Custom Plan Provider",
          "Sort Method",
          "Sort Space Type",
          "Cache Mode",
          "Conflict Resolution",
          "Conflict Arbiter Indexes");

  private static final ObjectMapper JSON = new ObjectMapper();

  private ExplainJson() {}

  /**
   * Parses the plan of one statement.
   *
   * @throws IllegalArgumentException if the text is not the output of EXPLAIN
   */
  public static PlanDag parse(String explained) {
    try {
      var read = JSON.readTree(explained);
      var statement = read.isArray() ? read.path(0) : read;
      if (!(statement.path("Plan") instanceof ObjectNode plan)) {
        throw new IllegalArgumentException(
            "the JSON contains no Plan; run EXPLAIN with FORMAT JSON");
      }
      return new PlanBuilder().build(plan, settings(statement.path("Settings")));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Parses an operator without its inputs and literals. */
  static PlanOperator operator(ObjectNode node) {
    var attributes = JSON.createObjectNode();
    for (var entry : node.properties()) {
      var name = entry.getKey();
      if (name.equals("Plans") || name.equals("Workers")) {
        continue;
      }
      attributes.set(name, NAMES.contains(name) ? entry.getValue() : masked(entry.getValue()));
    }
    return new PlanOperator(attributes);
  }

  private static JsonNode masked(JsonNode value) {
    return switch (value) {
      case ArrayNode array -> {
        var result = JSON.createArrayNode();
        array.forEach(element -> result.add(masked(element)));
        yield result;
      }
      case ObjectNode object -> operator(object).attributes();
      case JsonNode text when text.isTextual() ->
          JSON.getNodeFactory().textNode(Literals.mask(text.asText()));
      default -> value;
    };
  }

  private static Map<String, String> settings(JsonNode node) {
    var settings = new LinkedHashMap<String, String>();
    node.properties().forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
    return settings;
  }
}
