// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.bottleneck;

import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanOperator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan and its bottleneck as a tree for people to read. */
public final class PlanText {
  /** The mark in {@link #render}. */
  public static final String MARK = "◀ bottleneck";

  private static final int MAX_CONDITION = 60;

  private static final List<String> CONDITIONS =
      List.of(
          "Index Cond",
          "Hash Cond",
          "Merge Cond",
          "Join Filter",
          "Recheck Cond",
          "TID Cond",
          "Filter",
          "One-Time Filter",
          "Sort Key",
          "Group Key",
          "Cache Key");

  private final PlanDag plan;
  private final double[] selfMs;
  private final Bottleneck bottleneck;
  private final List<List<PlanEdge>> inputs;
  private final BitSet shown = new BitSet();
  private final List<Line> lines = new ArrayList<>();

  private PlanText(PlanDag plan, double[] selfMs, Bottleneck bottleneck) {
    ActivityNetwork.requireTimes(selfMs, plan.size());
    this.plan = plan;
    this.selfMs = selfMs;
    this.bottleneck = bottleneck;
    inputs = plan.inputs();
  }

  /**
   * One operator in the tree.
   *
   * @param depth 0 for the root
   * @param operator its position in the plan
   * @param text its name and conditions, with literals masked
   * @param repeated whether an earlier line shows the same operator, a CTE that is read again; its
   *     times are in that line
   * @param rows actual rows of all loops; the planner's estimate for one loop if the plan did not
   *     run
   * @param criticality 0 to 1
   * @param marked whether it is part of the bottleneck
   */
  public record Line(
      int depth,
      int operator,
      String text,
      boolean repeated,
      double rows,
      double selfMs,
      double criticality,
      boolean marked) {}

  /** The tree from the root down, with inputs in the order of the plan. */
  public static List<Line> lines(PlanDag plan, double[] selfMs, Bottleneck bottleneck) {
    var text = new PlanText(plan, selfMs, bottleneck);
    text.add(plan.size() - 1, "", 0);
    return List.copyOf(text.lines);
  }

  /** The lines as a table in plain text. */
  public static String render(List<Line> lines) {
    int width = lines.stream().mapToInt(line -> indented(line).length()).max().orElse(0);
    return Stream.concat(
            Stream.of(row(width, "operator", "rows", "self ms", "worth", "")),
            lines.stream().map(line -> row(width, line)))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private void add(int v, String role, int depth) {
    boolean repeated = shown.get(v);
    shown.set(v);
    var operator = plan.operators().get(v);
    lines.add(
        new Line(
            depth,
            v,
            role + (repeated ? "as above" : describe(operator)),
            repeated,
            rows(operator),
            selfMs[v],
            bottleneck.criticality(v),
            !repeated && bottleneck.holds(v)));
    if (!repeated) {
      for (var edge : inputs.get(v)) {
        add(edge.producer(), role(edge), depth + 1);
      }
    }
  }

  private String role(PlanEdge edge) {
    var name = plan.operators().get(edge.producer()).text("Subplan Name");
    return switch (edge.role()) {
      case CTE, INIT_PLAN, SUB_PLAN -> name.isEmpty() ? "" : name + ": ";
      case OUTER, INNER, MEMBER, SUBQUERY -> "";
    };
  }

  private static double rows(PlanOperator operator) {
    return operator
        .actual()
        .map(actual -> actual.rows() * actual.loops())
        .orElseGet(operator::planRows);
  }

  private static String describe(PlanOperator operator) {
    var cte = operator.text("CTE Name");
    var condition =
        CONDITIONS.stream()
            .filter(operator::has)
            .findFirst()
            .map(name -> " (" + shortened(name, operator) + ")")
            .orElse("");
    boolean named = operator.isParallelAware() && !operator.name().startsWith("Parallel");
    var name =
        operator.type() == NodeType.MODIFY_TABLE
            ? operator.text("Operation") + " on " + operator.relation()
            : operator.toString();
    return (named ? "Parallel " : "") + name + (cte.isEmpty() ? "" : " on " + cte) + condition;
  }

  private static String shortened(String attribute, PlanOperator operator) {
    var keys = operator.texts(attribute);
    var text = keys.isEmpty() ? operator.text(attribute) : String.join(", ", keys);
    var bare =
        text.startsWith("(") && text.endsWith(")") ? text.substring(1, text.length() - 1) : text;
    return bare.length() <= MAX_CONDITION ? bare : bare.substring(0, MAX_CONDITION - 1) + "…";
  }

  private static String indented(Line line) {
    return "  ".repeat(line.depth()) + line.text();
  }

  private static String row(int width, Line line) {
    return line.repeated()
        ? indented(line)
        : row(
            width,
            indented(line),
            String.format(Locale.ROOT, "%.0f", line.rows()),
            String.format(Locale.ROOT, "%.3f", line.selfMs()),
            String.format(Locale.ROOT, "%.1f%%", 100 * line.criticality()),
            line.marked() ? MARK : "");
  }

  private static String row(
      int width, String text, String rows, String self, String worth, String mark) {
    return String.format(
            Locale.ROOT, "%-" + width + "s %12s %12s %7s  %s", text, rows, self, worth, mark)
        .stripTrailing();
  }
}
