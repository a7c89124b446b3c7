package dev.pgmend.learner.sona;

import dev.pgmend.learner.plan.PlanDag;

/**
 * One statement as it ran.
 *
 * @param queryId as pg_stat_statements numbers it
 * @param plan that it is expected to have run by
 * @param observedMs mean time that was measured, above 0
 */
public record Trajectory(long queryId, PlanDag plan, double observedMs) {}
