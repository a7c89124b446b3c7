// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanOperator;
import dev.pgmend.learner.plan.Predicate;
import dev.pgmend.learner.plan.Predicate.Column;
import dev.pgmend.learner.plan.Predicates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a plan needs of the rows of one table: its conditions, joins and sort order.
 *
 * @param scan position of the operator that reads the table
 * @param equal columns compared for equality with a value
 * @param range columns compared by order with a value
 * @param joined columns compared for equality with another table's
 * @param ordered columns that the rows are later sorted by, in order, if all belong to this table
 */
record ScanNeeds(
    int scan,
    String schema,
    String relation,
    Set<String> equal,
    Set<String> range,
    Set<String> joined,
    List<String> ordered) {
  private static final List<String> SCAN_CONDITIONS =
      List.of("Filter", "Index Cond", "Recheck Cond");
  private static final List<String> JOIN_CONDITIONS =
      List.of("Hash Cond", "Merge Cond", "Join Filter");

  /** The needs of a scan. The operator must read a table. */
  static ScanNeeds of(PlanDag plan, int scan, TableFacts facts) {
    var operator = plan.operators().get(scan);
    var alias = operator.alias();
    var equal = new LinkedHashSet<String>();
    var range = new LinkedHashSet<String>();
    var joined = new LinkedHashSet<String>();
    ownConditions(plan, scan)
        .filter(predicate -> isUsable(predicate, alias, facts))
        .forEach(
            predicate -> sortOf(predicate, equal, range, joined).add(predicate.column().name()));
    plan.operators().stream()
        .filter(join -> join.type().isJoin())
        .flatMap(join -> predicates(join, JOIN_CONDITIONS))
        .filter(predicate -> predicate.kind() == Predicate.Kind.EQUALITY)
        .forEach(predicate -> joinColumn(predicate, alias, facts).forEach(joined::add));
    range.removeAll(equal);
    return new ScanNeeds(
        scan,
        operator.schema(),
        operator.relation(),
        equal,
        range,
        joined,
        orderWanted(plan, scan, alias, facts));
  }

  /** The conditions of a bitmap scan are in its index scans. */
  private static Stream<Predicate> ownConditions(PlanDag plan, int scan) {
    var below =
        plan.inputs().get(scan).stream()
            .map(edge -> plan.operators().get(edge.producer()))
            .filter(operator -> operator.type() == NodeType.BITMAP_INDEX_SCAN);
    return Stream.concat(Stream.of(plan.operators().get(scan)), below)
        .flatMap(operator -> predicates(operator, SCAN_CONDITIONS));
  }

  private static Stream<Predicate> predicates(PlanOperator operator, List<String> attributes) {
    return attributes.stream().flatMap(name -> Predicates.of(operator.text(name)).stream());
  }

  private static Set<String> sortOf(
      Predicate predicate, Set<String> equal, Set<String> range, Set<String> joined) {
    if (predicate.kind() == Predicate.Kind.RANGE) {
      return range;
    }
    return predicate.other().isPresent() ? joined : equal;
  }

  /** A cast from varchar to text does not change the value. Any other cast hides the column. */
  private static boolean isUsable(Predicate predicate, String alias, TableFacts facts) {
    var column = facts.columns().get(predicate.column().name());
    return predicate.column().alias().equals(alias)
        && predicate.kind() != Predicate.Kind.OTHER
        && column != null
        && (predicate.cast().isEmpty()
            || (predicate.cast().equals("text") && column.type().equals("character varying")));
  }

  private static Stream<String> joinColumn(Predicate predicate, String alias, TableFacts facts) {
    return Stream.concat(Stream.of(predicate.column()), predicate.other().stream())
        .filter(column -> predicate.other().isPresent() && column.alias().equals(alias))
        .map(Column::name)
        .filter(facts.columns()::containsKey);
  }

  /** The order of the first sort above the scan, if an index could provide it. */
  private static List<String> orderWanted(PlanDag plan, int scan, String alias, TableFacts facts) {
    var ancestors = plan.ancestors();
    for (int i = scan + 1; i < plan.size(); i++) {
      var operator = plan.operators().get(i);
      if (ancestors.get(i).get(scan) && operator.has("Sort Key")) {
        return oneWay(operator.texts("Sort Key"), alias, facts);
      }
    }
    return List.of();
  }

  /** All keys ascending or all descending, with the nulls as in a btree. */
  private static List<String> oneWay(List<String> keys, String alias, TableFacts facts) {
    var columns = Predicates.columns(keys);
    var descending = keys.stream().filter(key -> key.endsWith(" DESC")).count();
    var plain =
        columns.size() == keys.size()
            && (descending == 0 || descending == keys.size())
            && keys.stream().noneMatch(key -> key.contains(" NULLS "))
            && columns.stream()
                .allMatch(c -> c.alias().equals(alias) && facts.columns().containsKey(c.name()));
    return plain ? columns.stream().map(Column::name).toList() : List.of();
  }

  /** Candidate indexes, the most promising first. */
  List<IndexCandidate> candidates(TableFacts facts) {
    var bySelectivity =
        equal.stream().sorted(Comparator.comparingDouble(facts::shareOfOneValue)).toList();
    var lists = new ArrayList<List<String>>();
    lists.add(concat(bySelectivity, ordered));
    range.forEach(column -> lists.add(concat(bySelectivity, List.of(column))));
    joined.forEach(column -> {
      lists.add(concat(List.of(column), bySelectivity));
      lists.add(concat(bySelectivity, List.of(column)));
      lists.add(List.of(column));
    });
    bySelectivity.stream().findFirst().ifPresent(column -> lists.add(List.of(column)));
    range.forEach(column -> lists.add(List.of(column)));
    return lists.stream()
        .filter(columns -> !columns.isEmpty() && !facts.hasIndexOn(columns))
        .distinct()
        .map(columns -> new IndexCandidate(schema, relation, columns))
        .toList();
  }

  private static List<String> concat(List<String> first, List<String> then) {
    return Stream.concat(first.stream(), then.stream())
        .distinct()
        .limit(IndexCandidate.MAX_COLUMNS)
        .toList();
  }
}
