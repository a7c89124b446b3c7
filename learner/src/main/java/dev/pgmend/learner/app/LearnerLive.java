package dev.pgmend.learner.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive while its loop turns; a database that is away is no reason to be started anew. */
@Liveness
final class LearnerLive implements HealthCheck {
  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("learner")
        .status(LearnerApp.status().map(LearnerStatus::turning).orElse(true))
        .build();
  }
}
