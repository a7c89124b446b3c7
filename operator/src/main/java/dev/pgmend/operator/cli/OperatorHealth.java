// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while every watch of the API server works. */
@Readiness
final class OperatorHealth implements HealthCheck {
  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("operator").status(OperatorApp.isHealthy()).build();
  }
}
