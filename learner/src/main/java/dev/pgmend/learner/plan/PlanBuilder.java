// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the graph from EXPLAIN's tree, with an edge to each reader of a CTE or init plan. */
final class PlanBuilder {
  private static final String CTE = "CTE ";

  /** {@code InitPlan 1 (returns $0)} up to Postgres 16, {@code InitPlan 1} after. */
  private static final Pattern INIT_PLAN =
      Pattern.compile("(InitPlan \\d+)(?: \\(returns (?<returns>[^)]*)\\))?");

  private final List<Node> nodes = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();
  private final List<Value> tables = new ArrayList<>();

  /** An operator without a position yet. */
  private static final class Node {
    final PlanOperator operator;
    final @Nullable Node parent;
    final Map<String, Node> ctes = new HashMap<>();
    final List<Input> inputs = new ArrayList<>();
    int position = -1;
    boolean entered;

    Node(PlanOperator operator, @Nullable Node parent) {
      this.operator = operator;
      this.parent = parent;
    }
  }

  private record Input(Node producer, PlanEdge.Role role) {}

  /** A value that one plan computes and others read. */
  private record Value(Node producer, Pattern reference, Node definedAt) {}

  PlanDag build(ObjectNode plan, Map<String, String> settings) {
    var root = read(plan, null);
    tables.forEach(this::connectTable);
    values.forEach(this::connectValue);
    var ordered = new ArrayList<Node>();
    place(root, ordered);
    var edges = new ArrayList<PlanEdge>();
    for (var consumer : ordered) {
      for (var input : consumer.inputs) {
        if (input.producer().position < consumer.position) {
          edges.add(new PlanEdge(input.producer().position, consumer.position, input.role()));
        }
      }
    }
    return new PlanDag(ordered.stream().map(node -> node.operator).toList(), edges, settings);
  }

  private Node read(ObjectNode json, @Nullable Node parent) {
    var node = new Node(ExplainJson.operator(json), parent);
    nodes.add(node);
    for (var child : json.path("Plans")) {
      if (child instanceof ObjectNode object) {
        connect(node, read(object, node), object);
      }
    }
    return node;
  }

  private void connect(Node parent, Node child, JsonNode json) {
    var subplan = json.path("Subplan Name").asText("");
    switch (json.path("Parent Relationship").asText("")) {
      case "Inner" -> parent.inputs.add(new Input(child, PlanEdge.Role.INNER));
      case "Member" -> parent.inputs.add(new Input(child, PlanEdge.Role.MEMBER));
      case "Subquery" -> parent.inputs.add(new Input(child, PlanEdge.Role.SUBQUERY));
      case "SubPlan" -> parent.inputs.add(new Input(child, PlanEdge.Role.SUB_PLAN));
      case "InitPlan" -> {
        if (subplan.startsWith(CTE)) {
          parent.ctes.put(subplan.substring(CTE.length()), child);
          tables.add(new Value(child, Pattern.compile(""), parent));
        } else {
          values.add(new Value(child, referenceTo(subplan), parent));
        }
      }
      default -> parent.inputs.add(new Input(child, PlanEdge.Role.OUTER));
    }
  }

  /** The pattern by which expressions refer to an init plan's value. */
  private static Pattern referenceTo(String subplan) {
    var name = INIT_PLAN.matcher(subplan);
    if (!name.matches()) {
      return Pattern.compile(Pattern.quote("(" + subplan + ")"));
    }
    var returns = Optional.ofNullable(name.group("returns")).orElse("");
    var parameters =
        Pattern.compile(",")
            .splitAsStream(returns)
            .map(parameter -> Pattern.quote(parameter.strip()) + "(?!\\d)")
            .filter(parameter -> returns.startsWith("$"))
            .toList();
    return Pattern.compile(
        parameters.isEmpty()
            ? "\\(" + Pattern.quote(name.group(1)) + "\\)"
            : String.join("|", parameters));
  }

  /** A CTE without a scan, such as an INSERT, belongs to the operator that it is attached to. */
  private void connectTable(Value table) {
    var scans =
        nodes.stream()
            .filter(node -> node.operator.type() == NodeType.CTE_SCAN)
            .filter(scan -> definitionFor(scan) == table.producer())
            .toList();
    (scans.isEmpty() ? List.of(table.definedAt()) : scans)
        .forEach(scan -> scan.inputs.addFirst(new Input(table.producer(), PlanEdge.Role.CTE)));
  }

  /** Of several CTEs with one name, the one that is defined nearest above. */
  private static @Nullable Node definitionFor(Node scan) {
    var name = scan.operator.text("CTE Name");
    for (var node = scan; node != null; node = node.parent) {
      var definition = node.ctes.get(name);
      if (definition != null) {
        return definition;
      }
    }
    return null;
  }

  private void connectValue(Value value) {
    var readers =
        nodes.stream()
            .filter(node -> node != value.producer())
            .filter(node -> mentions(node.operator, value.reference()))
            .toList();
    (readers.isEmpty() ? List.of(value.definedAt()) : readers)
        .forEach(
            node -> node.inputs.addFirst(new Input(value.producer(), PlanEdge.Role.INIT_PLAN)));
  }

  /** Excludes the output columns, because the operators above repeat them. */
  private static boolean mentions(PlanOperator operator, Pattern reference) {
    return operator.attributes().properties().stream()
        .filter(entry -> !entry.getKey().equals("Output"))
        .filter(entry -> !entry.getKey().equals("Subplan Name"))
        .anyMatch(entry -> reference.matcher(entry.getValue().toString()).find());
  }

  /** Depth first, so that producers come first. An edge that would close a cycle is omitted. */
  private static void place(Node node, List<Node> ordered) {
    if (node.entered) {
      return;
    }
    node.entered = true;
    node.inputs.stream()
        .sorted(Comparator.comparingInt(input -> isShared(input.role()) ? 0 : 1))
        .forEach(input -> place(input.producer(), ordered));
    node.position = ordered.size();
    ordered.add(node);
  }

  private static boolean isShared(PlanEdge.Role role) {
    return role == PlanEdge.Role.CTE || role == PlanEdge.Role.INIT_PLAN;
  }
}
