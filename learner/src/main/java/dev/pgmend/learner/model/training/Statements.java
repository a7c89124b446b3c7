package dev.pgmend.learner.model.training;

import dev.pgmend.learner.model.ObservedPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Plans by statement: alternatives of one must not be on both sides of a split. */
final class Statements {
  private Statements() {}

  static List<List<Example>> of(List<Example> examples) {
    var statements = new LinkedHashMap<String, List<Example>>();
    for (var example : examples) {
      statements
          .computeIfAbsent(example.observed().statement(), _ -> new ArrayList<>())
          .add(example);
    }
    return List.copyOf(statements.values());
  }

  /**
   * One statement in {@code every} is held back.
   *
   * @param learned to be trained on
   * @param heldBack to be judged by
   */
  record Split(List<ObservedPlan> learned, List<ObservedPlan> heldBack) {
    static Split of(List<ObservedPlan> plans, int every) {
      var numbers = new LinkedHashMap<String, Integer>();
      var learned = new ArrayList<ObservedPlan>();
      var heldBack = new ArrayList<ObservedPlan>();
      for (var plan : plans) {
        int number = numbers.computeIfAbsent(plan.statement(), _ -> numbers.size());
        (number % every == every - 1 ? heldBack : learned).add(plan);
      }
      return new Split(learned, heldBack);
    }
  }
}
