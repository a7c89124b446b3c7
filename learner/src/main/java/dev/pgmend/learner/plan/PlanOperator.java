// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * One operator of a plan with EXPLAIN's attributes, without its inputs and with masked literals.
 *
 * @param attributes by EXPLAIN's names; must not be changed
 */
public record PlanOperator(@JsonValue ObjectNode attributes) {

  @JsonCreator
  public PlanOperator {}

  public NodeType type() {
    return NodeType.of(name());
  }

  /** EXPLAIN's name of the operator, also if {@link #type} is OTHER. */
  public String name() {
    return text("Node Type");
  }

  /** Cost until the first row, in the planner's unit. */
  public double startupCost() {
    return number("Startup Cost");
  }

  /** Cost until the last row, including children, in the planner's unit. */
  public double totalCost() {
    return number("Total Cost");
  }

  /** The planner's estimate of the rows per loop. */
  public double planRows() {
    return number("Plan Rows");
  }

  /** The planner's estimate of the mean bytes per row. */
  public double planWidth() {
    return number("Plan Width");
  }

  /** Worker processes that a Gather asks for; 0 elsewhere. */
  public int workersPlanned() {
    return (int) number("Workers Planned");
  }

  /** Whether the processes of a parallel query share its work. */
  public boolean isParallelAware() {
    return flag("Parallel Aware");
  }

  /** Whether Append runs it in parallel to its other inputs. */
  public boolean isAsyncCapable() {
    return flag("Async Capable");
  }

  /** Schema of the table; empty if it reads none. */
  public String schema() {
    return text("Schema");
  }

  /** Name of the table; empty if it reads none. */
  public String relation() {
    return text("Relation Name");
  }

  /** The table's alias in the plan's expressions; unique in a plan. */
  public String alias() {
    return text("Alias");
  }

  /** Name of the index; empty if it reads none. */
  public String index() {
    return text("Index Name");
  }

  /** Inner, Left, Semi and so on; empty if it is no join. */
  public String joinType() {
    return text("Join Type");
  }

  /** How an Aggregate or SetOp works: Plain, Sorted, Hashed, Mixed; empty elsewhere. */
  public String strategy() {
    return text("Strategy");
  }

  /** The measurements; empty if the plan did not run. */
  public Optional<Actual> actual() {
    return attributes.has("Actual Loops")
        ? Optional.of(
            new Actual(number("Actual Total Time"), number("Actual Rows"), number("Actual Loops")))
        : Optional.empty();
  }

  /** A text attribute such as {@code Filter}; empty if there is none. */
  public String text(String attribute) {
    return attributes.path(attribute).asText("");
  }

  /** A number; 0 if there is none. */
  public double number(String attribute) {
    return attributes.path(attribute).asDouble(0);
  }

  /** A flag; false if there is none. */
  public boolean flag(String attribute) {
    return attributes.path(attribute).asBoolean(false);
  }

  public boolean has(String attribute) {
    return attributes.has(attribute);
  }

  /** A list such as {@code Sort Key}; empty if there is none. */
  public List<String> texts(String attribute) {
    return StreamSupport.stream(attributes.path(attribute).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  @Override
  public String toString() {
    var table = relation().isEmpty() ? "" : " on " + relation();
    return index().isEmpty() ? name() + table : name() + " using " + index() + table;
  }
}
