package dev.pgmend.learner.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * One operator of a plan: what EXPLAIN says of it, its inputs left out and its literals masked.
 *
 * @param attributes by EXPLAIN's own names; not to be changed
 */
public record PlanOperator(@JsonValue ObjectNode attributes) {

  @JsonCreator
  public PlanOperator {}

  public NodeType type() {
    return NodeType.of(name());
  }

  /** EXPLAIN's name of the operator, also where {@link #type} knows none. */
  public String name() {
    return text("Node Type");
  }

  /** Until the first row, in the planner's unit of cost. */
  public double startupCost() {
    return number("Startup Cost");
  }

  /** Until the last row, children included, in the planner's unit of cost. */
  public double totalCost() {
    return number("Total Cost");
  }

  /** Rows of one loop, as the planner expects. */
  public double planRows() {
    return number("Plan Rows");
  }

  /** Mean bytes of a row, as the planner expects. */
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

  /** Whether Append runs it beside its other inputs. */
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

  /** The name that the table goes by in the plan's expressions; unique in a plan. */
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

  /** What was measured; empty for a plan that did not run. */
  public Optional<Actual> actual() {
    return attributes.has("Actual Loops")
        ? Optional.of(
            new Actual(
                number("Actual Startup Time"),
                number("Actual Total Time"),
                number("Actual Rows"),
                number("Actual Loops")))
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

  /** True if it is there and true. */
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
