package dev.pgmend.learner.advice;

import dev.pgmend.learner.bottleneck.Bottleneck;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.workload.StatementLoad;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What holds one statement back and what would help.
 *
 * @param times of the plan's operators, scaled so that they add up to what was measured
 * @param advice the best index, if one is worth it
 * @param abstentions why the other candidates, or all, are not advised; a sentence each
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

  /** The same, but for a reason not to advise it. */
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
