// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the learner can sample the workload; otherwise the response names the problem. */
@Readiness
final class LearnerReady implements HealthCheck {
  @Override
  public HealthCheckResponse call() {
    var status = LearnerApp.status();
    var problem = status.map(LearnerStatus::problem).orElse("the learner has not started yet");
    var ready = problem.isEmpty() && status.flatMap(LearnerStatus::lastSample).isPresent();
    var response = HealthCheckResponse.named("learner").status(ready);
    return problem.isEmpty() ? response.build() : response.withData("problem", problem).build();
  }
}
