// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The features of each operator for the latency model: numbers in a fixed order, described in
 * docs/reference/plan-features.md. They contain no names of tables, columns or indexes, so that a
 * model applies to other databases.
 */
public final class PlanFeatures {
  /** Version of the order and the meaning. Weights for one version do not fit another. */
  public static final int VERSION = 1;

  private static final List<String> JOIN_TYPES =
      List.of("Inner", "Left", "Full", "Right", "Semi", "Anti");
  private static final List<String> STRATEGIES = List.of("Plain", "Sorted", "Hashed", "Mixed");
  private static final List<String> CONDITIONS =
      List.of("Filter", "Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter");
  private static final List<String> OWN =
      List.of(
          "is_partial",
          "is_finalize",
          "is_parallel_aware",
          "is_backward",
          "has_index",
          "log_rows",
          "log_width",
          "log_startup_cost",
          "log_total_cost",
          "log_workers",
          "sort_keys",
          "presorted_keys",
          "group_keys",
          "has_inner_unique");
  private static final List<String> PLACE =
      List.of(
          "equalities",
          "ranges",
          "likes",
          "columns",
          "subplans",
          "log_depth",
          "log_inputs",
          "log_input_rows",
          "log_inner_rows",
          "log_loops",
          "log_fraction",
          "log_self_cost",
          "log_work_cost",
          "log_work_rows",
          "log_work_bytes",
          "is_inner",
          "is_subplan",
          "is_shared",
          "limit_above",
          "log_processes",
          "log_work_mem",
          "log_random_page_cost",
          "log_spill",
          "plan_log_cost",
          "plan_log_operators",
          "plan_log_work");
  private static final Pattern EQUALITY = Pattern.compile(" = |IS NULL");
  private static final Pattern RANGE = Pattern.compile(" [<>]=? ");
  private static final Pattern LIKE = Pattern.compile(" !?~~?\\*? ");
  private static final Pattern COLUMN =
      Pattern.compile("[\\p{L}_\"][\\p{L}\\p{N}_$\"]*\\.[\\p{L}_\"][\\p{L}\\p{N}_$\"]*");
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(kB|MB|GB|TB)?");
  private static final double DEFAULT_WORK_MEM_KB = 4096;
  private static final double DEFAULT_RANDOM_PAGE_COST = 4;
  private static final double DEFAULT_HASH_MEM_MULTIPLIER = 2;

  private static final List<String> NAMES = names();

  private PlanFeatures() {}

  /** The number of features of an operator. */
  public static int count() {
    return NAMES.size();
  }

  /** Their names, in order. */
  public static List<String> featureNames() {
    return NAMES;
  }

  /**
   * The features of each operator, n x {@link #count}: amounts as ln(1 + x), choices as 0 or 1, not
   * standardized.
   */
  public static float[][] of(PlanDag plan) {
    return of(plan, PlanWork.of(plan));
  }

  /** The same, if the work is already known. */
  public static float[][] of(PlanDag plan, PlanWork work) {
    var inputs = plan.inputs();
    var outputs = plan.outputs();
    var depths = plan.depths();
    var features = new float[plan.size()][];
    for (int v = 0; v < plan.size(); v++) {
      var into = new Row(new float[NAMES.size()]);
      own(plan, v, into);
      conditions(plan.operators().get(v), into);
      place(plan, work, v, inputs.get(v), outputs.get(v), depths[v], into);
      settings(plan, v, into);
      whole(plan, work, into);
      features[v] = into.values;
    }
    return features;
  }

  private static List<String> names() {
    var names = new ArrayList<String>();
    for (var type : NodeType.values()) {
      names.add("type_" + type.name().toLowerCase(Locale.ROOT));
    }
    JOIN_TYPES.forEach(type -> names.add("join_" + type.toLowerCase(Locale.ROOT)));
    STRATEGIES.forEach(type -> names.add("strategy_" + type.toLowerCase(Locale.ROOT)));
    names.addAll(OWN);
    CONDITIONS.forEach(
        name -> names.add("conjuncts_" + name.toLowerCase(Locale.ROOT).replace(' ', '_')));
    names.addAll(PLACE);
    return List.copyOf(names);
  }

  private static void own(PlanDag plan, int v, Row into) {
    var operator = plan.operators().get(v);
    for (var type : NodeType.values()) {
      into.add(operator.type() == type);
    }
    JOIN_TYPES.forEach(type -> into.add(type.equals(operator.joinType())));
    STRATEGIES.forEach(strategy -> into.add(strategy.equals(operator.strategy())));
    into.add(operator.text("Partial Mode").equals("Partial"));
    into.add(operator.text("Partial Mode").equals("Finalize"));
    into.add(operator.isParallelAware());
    into.add(operator.text("Scan Direction").equals("Backward"));
    into.add(!operator.index().isEmpty());
    into.addLog(operator.planRows());
    into.addLog(operator.planWidth());
    into.addLog(PlanWork.startupCost(plan, v));
    into.addLog(PlanWork.totalCost(plan, v));
    into.addLog(operator.workersPlanned());
    into.add(operator.texts("Sort Key").size());
    into.add(operator.texts("Presorted Key").size());
    into.add(operator.texts("Group Key").size());
    into.add(operator.flag("Inner Unique"));
  }

  private static void conditions(PlanOperator operator, Row into) {
    var all = new StringBuilder();
    for (var name : CONDITIONS) {
      var condition = operator.text(name);
      into.add(condition.isEmpty() ? 0 : Predicates.conjuncts(condition).size());
      all.append(condition).append(' ');
    }
    into.addLog(occurrences(EQUALITY, all));
    into.addLog(occurrences(RANGE, all));
    into.addLog(occurrences(LIKE, all));
    into.addLog(occurrences(COLUMN, all));
    into.add(all.indexOf("SubPlan ") >= 0);
  }

  private static double occurrences(Pattern pattern, CharSequence text) {
    return (double) pattern.matcher(text).results().count();
  }

  private static void place(
      PlanDag plan,
      PlanWork work,
      int v,
      List<PlanEdge> inputs,
      List<PlanEdge> outputs,
      int depth,
      Row into) {
    var operator = plan.operators().get(v);
    double inputRows = 0;
    double innerRows = 0;
    for (var edge : inputs) {
      double rows = plan.operators().get(edge.producer()).planRows();
      if (edge.role() == PlanEdge.Role.INNER) {
        innerRows += rows;
      } else {
        inputRows += rows;
      }
    }
    into.addLog(depth);
    into.addLog(inputs.size());
    into.addLog(inputRows);
    into.addLog(innerRows);
    into.addLog(work.loops()[v]);
    into.add(Math.log(work.fraction()[v]));
    into.addLog(work.selfCost()[v]);
    into.addLog(work.cost()[v]);
    double rows = operator.planRows() * work.loops()[v] * work.fraction()[v];
    into.addLog(rows);
    into.addLog(rows * operator.planWidth());
    into.add(has(outputs, PlanEdge.Role.INNER));
    into.add(has(outputs, PlanEdge.Role.SUB_PLAN));
    into.add(has(outputs, PlanEdge.Role.CTE) || has(outputs, PlanEdge.Role.INIT_PLAN));
    into.add(work.underLimit()[v]);
    into.addLog(work.processes()[v]);
  }

  private static boolean has(List<PlanEdge> edges, PlanEdge.Role role) {
    return edges.stream().anyMatch(edge -> edge.role() == role);
  }

  private static void settings(PlanDag plan, int v, Row into) {
    var operator = plan.operators().get(v);
    double workMem = kilobytes(plan.settings().getOrDefault("work_mem", ""));
    double memory =
        operator.type() == NodeType.HASH || operator.strategy().equals("Hashed")
            ? workMem * number(plan, "hash_mem_multiplier", DEFAULT_HASH_MEM_MULTIPLIER)
            : workMem;
    double needed = operator.planRows() * (operator.planWidth() + 24) / 1024;
    into.addLog(workMem);
    into.addLog(number(plan, "random_page_cost", DEFAULT_RANDOM_PAGE_COST));
    into.addLog(needed / memory);
  }

  private static void whole(PlanDag plan, PlanWork work, Row into) {
    double total = 0;
    for (double cost : work.cost()) {
      total += cost;
    }
    into.addLog(PlanWork.totalCost(plan, plan.size() - 1));
    into.addLog(plan.size());
    into.addLog(total);
  }

  private static double number(PlanDag plan, String setting, double otherwise) {
    var value = plan.settings().get(setting);
    return value == null ? otherwise : Double.parseDouble(value);
  }

  /** A memory setting as EXPLAIN prints it, such as {@code 64kB}. */
  private static double kilobytes(String text) {
    var size = SIZE.matcher(text);
    if (!size.matches()) {
      return DEFAULT_WORK_MEM_KB;
    }
    double value = Double.parseDouble(size.group(1));
    return switch (size.group(2)) {
      case "MB" -> value * 1024;
      case "GB" -> value * 1024 * 1024;
      case "TB" -> value * 1024 * 1024 * 1024;
      case null, default -> value;
    };
  }

  /** The features of one operator, filled in order. */
  private static final class Row {
    final float[] values;
    private int next;

    Row(float[] values) {
      this.values = values;
    }

    void add(boolean value) {
      add(value ? 1 : 0);
    }

    void add(double value) {
      values[next++] = (float) value;
    }

    /**
     * Rows and costs cannot be negative in a plan of Postgres, but they could be in other input.
     */
    void addLog(double value) {
      add(Math.log1p(Math.max(0, value)));
    }
  }
}
