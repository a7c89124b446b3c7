// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import dev.pgmend.learner.plan.PlanDag;

/**
 * A statement that ran.
 *
 * @param queryId the statement's ID in pg_stat_statements
 * @param plan the plan that it probably ran with
 * @param observedMs measured mean time, above 0
 */
public record Trajectory(long queryId, PlanDag plan, double observedMs) {}
