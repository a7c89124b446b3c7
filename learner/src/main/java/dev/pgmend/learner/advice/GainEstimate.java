// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares two plans of one statement. Operators of both plans cancel out. The others make the
 * difference, with the model's uncertainty. The interval covers an error by that factor on either
 * side, one side at a time.
 */
final class GainEstimate {
  private GainEstimate() {}

  static Gain of(
      PlanDag before,
      OperatorTimes.Estimate timesBefore,
      PlanDag after,
      OperatorTimes.Estimate timesAfter,
      String source) {
    var sameBefore = new ArrayList<String>();
    before.operators().forEach(operator -> sameBefore.add(signature(operator)));
    var added = new boolean[after.size()];
    for (int i = 0; i < after.size(); i++) {
      added[i] = !sameBefore.remove(signature(after.operators().get(i)));
    }
    var sameAfter = new ArrayList<String>();
    after.operators().forEach(operator -> sameAfter.add(signature(operator)));
    var gone = new boolean[before.size()];
    for (int i = 0; i < before.size(); i++) {
      gone[i] = !sameAfter.remove(signature(before.operators().get(i)));
    }
    double kept = sum(timesBefore.selfMs(), gone, false);
    double removed = sum(timesBefore.selfMs(), gone, true);
    double keptAfter = sum(timesAfter.selfMs(), added, false);
    double brought = sum(timesAfter.selfMs(), added, true);
    double wrong = Math.max(timesBefore.uncertainty(), timesAfter.uncertainty());
    double gain = percent(kept + removed, keptAfter + brought);
    var others =
        Stream.of(
                percent(kept + removed / wrong, keptAfter + brought),
                percent(kept + removed * wrong, keptAfter + brought),
                percent(kept + removed, keptAfter + brought / wrong),
                percent(kept + removed, keptAfter + brought * wrong))
            .sorted()
            .toList();
    return new Gain(
        gain, Math.min(gain, others.getFirst()), Math.max(gain, others.getLast()), source);
  }

  private static double percent(double before, double after) {
    return before == 0 ? 0 : 100 * (1 - after / before);
  }

  private static double sum(double[] times, boolean[] marked, boolean which) {
    double sum = 0;
    for (int i = 0; i < times.length; i++) {
      sum += marked[i] == which ? times[i] : 0;
    }
    return sum;
  }

  /** What an operator does, without costs and estimates. */
  private static String signature(PlanOperator operator) {
    return String.join(
        "|",
        List.of(
            operator.name(),
            operator.alias(),
            operator.index(),
            operator.text("Filter"),
            operator.text("Index Cond"),
            operator.text("Hash Cond"),
            operator.text("Merge Cond"),
            operator.text("Join Filter"),
            operator.texts("Sort Key").toString(),
            operator.texts("Group Key").toString()));
  }
}
