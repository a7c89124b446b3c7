// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.healing.postgres.Session;
import dev.pgmend.learner.workload.PlanCapture;
import dev.pgmend.learner.workload.Sample;
import dev.pgmend.learner.workload.StatementLoad;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Diagnoses of the statements that a database spends most time on.
 *
 * @param diagnoses in the order of the time their statements take
 * @param notExplained statements for which no plan was available, with the reason
 */
public record WorkloadAdvice(List<Diagnosis> diagnoses, List<NotExplained> notExplained) {
  public WorkloadAdvice {
    diagnoses = List.copyOf(diagnoses);
    notExplained = List.copyOf(notExplained);
  }

  /** A statement for which no plan was available. */
  public record NotExplained(StatementLoad load, String reason) {}

  /**
   * Diagnoses the first statements of a sample that have plans.
   *
   * @param max maximum number of statements
   */
  public static WorkloadAdvice of(
      Session session, ServerFacts facts, Sample sample, OperatorTimes times, int max)
      throws SQLException {
    var advisor = new Advisor(times);
    var plans = new PlanCapture(session);
    var diagnoses = new ArrayList<Diagnosis>();
    var notExplained = new ArrayList<NotExplained>();
    var loads =
        sample.loads().stream()
            .filter(load -> PlanCapture.hasPlan(load.statement()))
            .limit(max)
            .toList();
    for (var load : loads) {
      try {
        var plan = plans.capture(load);
        diagnoses.add(advisor.diagnose(session, facts, plans, load, plan));
      } catch (SQLException | IllegalArgumentException e) {
        notExplained.add(new NotExplained(load, String.valueOf(e.getMessage())));
      }
    }
    return new WorkloadAdvice(diagnoses, notExplained);
  }
}
