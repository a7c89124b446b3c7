// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Live while its cycles end. An unreachable database is no reason for a restart. */
@Liveness
final class LearnerLive implements HealthCheck {
  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("learner")
        .status(LearnerApp.status().map(LearnerStatus::live).orElse(true))
        .build();
  }
}
