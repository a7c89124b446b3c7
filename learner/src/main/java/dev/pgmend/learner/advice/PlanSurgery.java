// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanOperator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Replaces a sequential scan by an index scan, for servers without HypoPG. It changes only what
 * certainly follows: the scan itself, a sort whose order the index provides, and a Gather that is
 * no longer worthwhile. It does not reorder joins.
 */
final class PlanSurgery implements WhatIf {
  /** The planner's selectivity of an inequality with an unknown value (selfuncs.h). */
  private static final double SHARE_OF_RANGE = 1 / 3.0;

  private final PlanDag plan;
  private final ScanNeeds needs;
  private final TableFacts facts;
  private final double rowsPerCall;

  /**
   * @param rowsPerCall rows that the statement really returns, because the planner does not know
   *     the value of a LIMIT parameter
   */
  PlanSurgery(PlanDag plan, ScanNeeds needs, TableFacts facts, double rowsPerCall) {
    this.plan = plan;
    this.needs = needs;
    this.facts = facts;
    this.rowsPerCall = rowsPerCall;
  }

  @Override
  public String source() {
    return "model";
  }

  /** Which conditions of the scan an index supports. */
  private record Match(double share, int conditions, boolean givesOrder) {}

  @Override
  public Optional<PlanDag> with(IndexCandidate candidate) {
    if (plan.operators().get(needs.scan()).type() != NodeType.SEQ_SCAN) {
      return Optional.empty();
    }
    var match = match(candidate);
    var removed = removable(match.givesOrder());
    var sortGoes = removed.stream().anyMatch(i -> isSort(plan.operators().get(i)));
    if (match.conditions() == 0 && !sortGoes) {
      return Optional.empty();
    }
    return Optional.of(rebuilt(candidate, match, removed, sortGoes));
  }

  private Match match(IndexCandidate candidate) {
    var columns = candidate.columns();
    double share = 1;
    int used = 0;
    while (used < columns.size() && needs.equal().contains(columns.get(used))) {
      share *= facts.shareOfOneValue(columns.get(used));
      used++;
    }
    int conditions = used;
    if (used < columns.size() && needs.range().contains(columns.get(used))) {
      share *= SHARE_OF_RANGE;
      conditions++;
    }
    var rest = columns.subList(used, columns.size());
    return new Match(share, conditions, !rest.isEmpty() && rest.equals(needs.ordered()));
  }

  /** The Sort and the Gather directly above the scan that are no longer needed. */
  private BitSet removable(boolean givesOrder) {
    var removed = new BitSet(plan.size());
    var outputs = plan.outputs();
    int at = needs.scan();
    while (outputs.get(at).size() == 1) {
      at = outputs.get(at).getFirst().consumer();
      var operator = plan.operators().get(at);
      var goes =
          switch (operator.type()) {
            case GATHER -> true;
            case GATHER_MERGE, SORT -> givesOrder;
            default -> false;
          };
      if (!goes) {
        break;
      }
      removed.set(at);
    }
    return removed;
  }

  private static boolean isSort(PlanOperator operator) {
    return operator.type() == NodeType.SORT;
  }

  private PlanDag rebuilt(IndexCandidate candidate, Match match, BitSet removed, boolean sortGoes) {
    var totals = new double[plan.size()];
    var kept = new ArrayList<PlanOperator>();
    var edges = new ArrayList<PlanEdge>();
    // The new source of an operator's rows: its own position, or that of its only producer.
    var places = new int[plan.size()];
    var inputs = plan.inputs();
    for (int i = 0; i < plan.size(); i++) {
      var into = inputs.get(i);
      if (removed.get(i)) {
        var producer = into.getFirst().producer();
        totals[i] = totals[producer];
        places[i] = places[producer];
        continue;
      }
      var operator = plan.operators().get(i);
      if (i == needs.scan()) {
        operator = indexScan(operator, candidate, match, sortGoes);
        totals[i] = operator.totalCost();
      } else {
        totals[i] = totalCost(operator, into, totals);
        operator = withCost(operator, totals[i]);
      }
      places[i] = kept.size();
      for (var edge : into) {
        edges.add(new PlanEdge(places[edge.producer()], kept.size(), edge.role()));
      }
      kept.add(operator);
    }
    return new PlanDag(kept, edges, plan.settings());
  }

  /** Keeps an operator's own cost and replaces that of its inputs. */
  private double totalCost(PlanOperator operator, List<PlanEdge> inputs, double[] totals) {
    double saved = 0;
    double inputsNow = 0;
    for (var edge : inputs) {
      var before = plan.operators().get(edge.producer()).totalCost();
      var repeats =
          operator.type() == NodeType.NESTED_LOOP && edge.role() == PlanEdge.Role.INNER
              ? Math.max(1, plan.operators().get(inputs.getFirst().producer()).planRows())
              : 1;
      saved += repeats * (before - totals[edge.producer()]);
      inputsNow += totals[edge.producer()];
    }
    if (saved == 0) {
      return operator.totalCost();
    }
    return operator.type() == NodeType.LIMIT
        ? Math.min(operator.totalCost(), inputsNow)
        : Math.max(inputsNow, operator.totalCost() - saved);
  }

  private static PlanOperator withCost(PlanOperator operator, double total) {
    if (total == operator.totalCost()) {
      return operator;
    }
    var attributes = operator.attributes().deepCopy();
    attributes.put("Startup Cost", operator.startupCost() * total / operator.totalCost());
    attributes.put("Total Cost", total);
    return new PlanOperator(attributes);
  }

  private PlanOperator indexScan(
      PlanOperator scan, IndexCandidate candidate, Match match, boolean sortGoes) {
    var rowsOut = scan.planRows() * processes();
    var fetched = Math.max(rowsOut, facts.rows() * match.share());
    var read = sortGoes ? shareRead(rowsOut) : 1;
    var cost = IndexScanCost.of(plan.settings(), facts, candidate, match.share(), fetched, read);
    var attributes = scan.attributes().deepCopy();
    attributes.put("Node Type", NodeType.INDEX_SCAN.explainName());
    attributes.put("Parallel Aware", false);
    attributes.put("Scan Direction", "Forward");
    attributes.put("Index Name", "<" + candidate + ">");
    attributes.put("Startup Cost", cost.startup());
    attributes.put("Total Cost", cost.total());
    attributes.put("Plan Rows", Math.max(1, Math.rint(rowsOut * read)));
    if (match.conditions() > 0) {
      attributes.put("Index Cond", scan.text("Filter"));
    }
    if (fetched <= rowsOut) {
      attributes.remove("Filter");
    }
    return new PlanOperator(attributes);
  }

  /** The share of the sorted rows after which the client has all requested rows. */
  private double shareRead(double rowsOut) {
    var root = plan.root();
    if (root.type() != NodeType.LIMIT) {
      return 1;
    }
    return Math.min(1, rowsPerCall / Math.max(1, rowsOut));
  }

  /** The number of processes that share the plan's rows (get_parallel_divisor). */
  private double processes() {
    if (!plan.operators().get(needs.scan()).isParallelAware()) {
      return 1;
    }
    var outputs = plan.outputs();
    for (int at = needs.scan(); !outputs.get(at).isEmpty(); ) {
      at = outputs.get(at).getFirst().consumer();
      var workers = plan.operators().get(at).workersPlanned();
      if (workers > 0) {
        return workers + Math.max(0, 1 - 0.3 * workers);
      }
    }
    return 1;
  }
}
