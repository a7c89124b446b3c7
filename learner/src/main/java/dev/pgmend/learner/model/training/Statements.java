// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model.training;

import dev.pgmend.learner.model.ObservedPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Plans grouped by statement, because a split must not separate alternatives of one statement. */
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
   * Splits the plans: one statement in {@code every} is held out.
   *
   * @param learned plans for training
   * @param heldOut plans for evaluation
   */
  record Split(List<ObservedPlan> learned, List<ObservedPlan> heldOut) {
    static Split of(List<ObservedPlan> plans, int every) {
      var numbers = new LinkedHashMap<String, Integer>();
      var learned = new ArrayList<ObservedPlan>();
      var heldOut = new ArrayList<ObservedPlan>();
      for (var plan : plans) {
        int number = numbers.computeIfAbsent(plan.statement(), _ -> numbers.size());
        (number % every == every - 1 ? heldOut : learned).add(plan);
      }
      return new Split(learned, heldOut);
    }
  }
}
