// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.learner.bottleneck.Bottleneck;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.workload.StatementLoad;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The bottleneck of a statement and the index that would help.
 *
 * @param times times of the plan's operators, scaled so that they add up to the measured time
 * @param advice the best index, if one is worth building
 * @param abstentions why the other candidates, or all, are not advised, each in a sentence
 */
public record Diagnosis(
    StatementLoad load,
    PlanDag plan,
    OperatorTimes.Estimate times,
    Bottleneck bottleneck,
    Optional<Advice> advice,
    List<String> abstentions) {
  public Diagnosis {
    abstentions = List.copyOf(abstentions);
  }

  /** Replaces the advice by a reason against it. */
  public Diagnosis abstaining(String reason) {
    return new Diagnosis(
        load,
        plan,
        times,
        bottleneck,
        Optional.empty(),
        Stream.concat(Stream.of(reason), abstentions.stream()).toList());
  }
}
