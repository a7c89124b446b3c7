package dev.pgmend.learner.sona;

import java.time.Instant;

/**
 * One statement as it was predicted and as it came.
 *
 * @param plan embedding of its plan
 * @param features of the statement and the cluster it ran on
 * @param predictedMs mean time that was expected
 * @param observedMs mean time that was measured
 * @param queryId as pg_stat_statements numbers it
 * @param planHash of the shape of its plan
 */
public record Trajectory(
    Embedding plan,
    Embedding features,
    double predictedMs,
    double observedMs,
    long queryId,
    long planHash,
    Instant at) {}
